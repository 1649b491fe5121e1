#pragma once

#include "base/bytes.hpp"
#include "table/table.hpp"

#include <tscollect/time.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The compact form of a host's samples: only what changed. One encoding serves memory, journal and
// gather. It is a sequence of records, each a length (varint) and as many bytes:
//
//   layout  new fields, devices and columns of one source, the columns with their first value
//   error   the message of one source, in force from the next sample until replaced (empty: none)
//   restart a reader may start here: layouts are announced anew, in order, with the values of now
//   sample  clocks; which columns became active; a bitmap of the active columns that changed;
//           for each the difference to its last value (zigzag varint, modulo 2^64)
//
// A column is active from its first change on: on an idle machine most never are, and cost nothing.
// Measured on the reference recording: see docs/architecture.md.

namespace tscollect::record {

/// Tick k is due at `zero + k * interval` on this host's monotonic clock.
struct TickGrid {
  MonoTime zero;
  std::chrono::nanoseconds interval{};

  [[nodiscard]] MonoTime due(std::int64_t tick) const { return zero + tick * interval; }
};

/// When a sample was taken.
struct SampleClock {
  std::int64_t tick = 0;
  std::int64_t wall_ns = 0;  ///< UTC, this host's clock, when the first file was about to be read
  std::int64_t lateness_ns = 0;  ///< the same moment on the monotonic clock, after the tick was due
  std::int64_t duration_ns = 0;  ///< until the last file had been read

  bool operator==(const SampleClock&) const = default;
};

/// What one source contributes to a sample: its table, and what went wrong (empty: nothing).
struct SourceReading {
  const sources::Table* table = nullptr;
  std::string_view error;
};

/// Writes the stream. Keeps the last value of every column.
class SampleEncoder {
 public:
  explicit SampleEncoder(TickGrid grid, std::size_t source_count);

  /// Replaces `records` by the records of one sample, lengths included. In the steady state nothing
  /// is allocated.
  void encode(const SampleClock& clock, std::span<const SourceReading> readings,
              std::vector<std::byte>& records);

  /// The next sample begins the stream anew, so that a reader may start there.
  void restart() { restarts_ = true; }

 private:
  struct Followed {
    std::int64_t last = missing_integer;
    std::uint32_t active_position = inactive;
    std::uint32_t number = 0;  ///< in the stream
  };
  struct Announced {
    std::uint64_t layout_version = 0;  ///< of the table, when its layout was last announced
    std::vector<Followed> columns;     ///< as the table's
    std::string error;
    std::size_t fields = 0;
    std::size_t rows = 0;
    std::vector<bool> beyond_int64;
  };
  static constexpr std::uint32_t inactive = 0xffffffff;

  void write_restart(std::vector<std::byte>& records);
  void announce(std::size_t source, const sources::Table& table);
  void announce_error(std::size_t source, std::string_view error);
  void find_changes(Announced& announced, const sources::Table& table);
  void activate(Followed& followed);
  [[nodiscard]] std::span<const std::byte> write_sample(const SampleClock& clock);
  static void append_record(std::span<const std::byte> record, std::vector<std::byte>& records);

  TickGrid grid_;
  std::vector<Announced> announced_;
  std::uint32_t column_count_ = 0;         ///< of all sources
  std::vector<std::uint64_t> changed_;     ///< bitmap by active position
  std::vector<std::int64_t> differences_;  ///< by active position, where changed
  std::vector<std::uint32_t> new_active_;  ///< numbers in the stream
  std::vector<std::byte> sample_;          ///< the record in the making, and room for more
  std::vector<std::byte> record_;          ///< likewise of another kind
  SampleClock last_;
  std::int64_t last_wall_minus_mono_ = 0;
  bool restarts_ = false;
};

/// One source as the stream has announced it so far; shapes as in sources::Table.
struct StreamSource {
  std::vector<FieldDescription> fields;
  std::vector<sources::Row> rows;
  std::vector<sources::Column> columns;
  std::vector<std::uint32_t> global;  ///< by column: its number in the stream
  std::string error;                  ///< in force; empty: none
};

/// Reads the stream, sample by sample. The bytes are untrusted.
class SampleDecoder {
 public:
  SampleDecoder(TickGrid grid, std::size_t source_count);

  /// Takes one record (without its length). Returns true if it was a sample: clock(), values() and
  /// errors are then those of that sample. A malformed one sets failed() and changes nothing more.
  bool take(std::span<const std::byte> record);

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] const SampleClock& clock() const noexcept { return clock_; }
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  [[nodiscard]] const std::vector<StreamSource>& sources() const noexcept { return sources_; }
  /// By a column's number in the stream, which outlives restarts.
  [[nodiscard]] const std::vector<std::int64_t>& values() const noexcept { return values_; }

 private:
  struct Announced {
    std::size_t fields = 0, rows = 0, columns = 0;  ///< since the stream began anew
  };
  void take_restart();
  void take_layout(ByteReader& in);
  void take_columns(ByteReader& in, StreamSource& source, std::size_t& announced);
  void take_error(ByteReader& in);
  void take_sample(ByteReader& in, std::uint8_t head);

  TickGrid grid_;
  std::vector<StreamSource> sources_;
  std::vector<Announced> announced_;  ///< by source
  std::vector<std::int64_t> values_;
  std::vector<std::uint32_t> numbers_, active_;  ///< places in values_, the former and
  std::vector<bool> is_active_;                  ///< this by order since the last restart
  SampleClock clock_;
  std::int64_t wall_minus_mono_ = 0;
  std::int64_t samples_ = 0;
  bool failed_ = false;
};

}  // namespace tscollect::record
