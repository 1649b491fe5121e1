#pragma once

#include "block/run_info.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <tscollect/result.hpp>

#include <cstdint>
#include <string_view>

namespace tscollect::analysis {

/// Turns the time that all hosts have in common, seconds since tick 0, into UTC by the clock that
/// rank 0 had at the start. A wall clock that was set later changes nothing here.
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

/// By the first host whose clock was compared with that of rank 0, and else the first of all. Hosts
/// that cannot be read are passed over.
[[nodiscard]] RunClock clock_of(const store::RunFileReader& run);

/// Reads a time as the options and the files of phases give it: "2026-01-24T22:20:00.5Z", or
/// seconds since tick 0, or, from 10^8 on, seconds since 1970. Gives seconds since tick 0.
[[nodiscard]] Result<double> parse_moment(std::string_view text, const RunClock& clock);

}  // namespace tscollect::analysis
