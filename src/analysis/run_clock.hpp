#pragma once

#include "block/run_info.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <tscollect/result.hpp>

#include <cstdint>
#include <string_view>

namespace tscollect::analysis {

/// Converts the common time of all hosts, in seconds since tick 0, to UTC by rank 0's clock at the
/// start. Setting a wall clock later has no effect.
class RunClock {
 public:
  /// `zero_ns`: UTC time of tick 0.
  RunClock() = default;
  explicit RunClock(std::int64_t zero_ns) : zero_ns_(zero_ns) {}

  [[nodiscard]] std::int64_t utc_ns(double seconds) const;
  [[nodiscard]] double seconds(std::int64_t utc_ns) const;

 private:
  std::int64_t zero_ns_ = 0;
};

/// From the first host whose clock was compared with rank 0's, or else from the first host. Hosts
/// that cannot be read are skipped.
[[nodiscard]] RunClock clock_of(const store::RunFileReader& run);

/// Parses a time of an option or of a file of phases: "2026-01-24T22:20:00.5Z", or seconds since
/// tick 0, or, from 10^8 on, seconds since 1970. Returns seconds since tick 0.
[[nodiscard]] Result<double> parse_moment(std::string_view text, const RunClock& clock);

}  // namespace tscollect::analysis
