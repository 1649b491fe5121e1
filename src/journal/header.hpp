#pragma once

#include "block/host_block.hpp"
#include "stream/sample_stream.hpp"

#include <tscollect/result.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

// The beginning of a journal. Numbers are little-endian:
//
//   bytes  0..7    "TSCJOURN"
//          8..11   version of the format
//          12..15  length n of the header
//          16..    header: n bytes of JSON, everything that recovery needs besides the samples
//          16+n..  CRC-32 (zlib's) of all bytes before it
//
// Then records as in stream/sample_stream.hpp, each followed by its check (journal/crc24.hpp).

namespace tscollect::journal {

inline constexpr std::uint32_t format_version = 3;
/// The oldest version that this build reads. In version 1 columns do not leave the stream; before
/// version 3 no record describes devices.
inline constexpr std::uint32_t oldest_format_version = 1;

/// What recovery needs to know of a host and its run besides the samples.
struct Header {
  std::string tool_version;
  std::string run_id;              ///< the same in all journals of a run, unique among runs
  std::string host;                ///< the name in the file, unique in the run
  std::string hostname;            ///< from gethostname()
  std::int64_t start_time_ns = 0;  ///< UTC, when the journal was created
  std::int64_t zero_mono_ns = 0;   ///< when tick 0 is due, on this host's monotonic clock
  std::int64_t interval_ns = 0;
  std::uint64_t max_samples = 0;                        ///< the limit of the run; 0: none
  std::vector<std::string> sources;                     ///< in the order of the stream
  std::vector<std::vector<std::string>> excluded_rows;  ///< by source, as known at the start
  std::vector<std::string> absent_sources;              ///< as HostSummary::absent_sources
  std::int64_t host_count = 0;                          ///< number of hosts expected in this run
  std::vector<std::string> hosts_requested;             ///< their names; empty if too long
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> job_ids;
  std::string output;               ///< path of the run's file, with its folder
  std::string marks;                ///< the run's file of marks, with its folder
  std::string history;              ///< as RunInfo::history
  std::int64_t part = 0;            ///< number of this part; a long journal has several
  std::int64_t samples_before = 0;  ///< in earlier parts
  bool is_private = false;          ///< of a run with --private: what is recovered, too
  block::HostFacts facts;
  block::ClockOffset clock_at_start;

  [[nodiscard]] stream::TickSchedule grid() const {
    return {MonoTime(std::chrono::nanoseconds(zero_mono_ns)),
            std::chrono::nanoseconds(interval_ns)};
  }
};

/// The header with its checksum. The lower 24 bits of the checksum are the `seed` of the records'
/// checks.
[[nodiscard]] std::vector<std::byte> encode(const Header& header);

/// Number of bytes that contain the length of the header.
inline constexpr std::size_t prefix_bytes = 16;

/// Length of the whole header, from its first prefix_bytes bytes (or fewer, if the file is
/// shorter). Error: it is not a journal, or of a version that this build does not read.
[[nodiscard]] Result<std::size_t> front_bytes(std::span<const std::byte> prefix);

/// Reads a whole header. The bytes are untrusted. Error: what is wrong with them.
[[nodiscard]] Result<Header> decode(std::span<const std::byte> front);

/// The value from which the check of the first record continues.
[[nodiscard]] std::uint32_t seed_of(std::span<const std::byte> front);

}  // namespace tscollect::journal
