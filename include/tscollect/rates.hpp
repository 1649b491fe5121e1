#pragma once

#include <tscollect/export.hpp>
#include <tscollect/file_error.hpp>
#include <tscollect/time.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What follows from the counters of a run's file: the numbers of `tscollect rates`.
namespace tscollect {

/// A metric, as `tscollect rates --list` has it.
struct MetricDescription {
  std::string name;     ///< "disk.read.throughput"
  std::string unit;     ///< "bytes/s"
  std::string source;   ///< "diskstats"
  std::string formula;  ///< "512 × Δsectors_read / seconds"
  std::string cannot_know;
};

/// Every metric there is.
[[nodiscard]] TSCOLLECT_EXPORT std::vector<MetricDescription> metric_descriptions();

/// A metric over the interval between two samples.
struct RateValue {
  WallTime end{};      ///< of the interval, UTC by the clock that rank 0 had at the start
  double seconds = 0;  ///< its length, by the monotonic clock
  double value = 0;    ///< NaN where it is not known
};

/// Reads rates from a run's file, as RunReader reads columns: the file may come from anybody, and
/// all readers of a process are to be called from one thread, or under one lock. Members throw
/// FileError if the file cannot be read, or has no such host, device or metric.
class TSCOLLECT_EXPORT RateReader {
 public:
  explicit RateReader(const std::filesystem::path& file);

  /// Of one device ("sda"), or, with an empty name, of a source that has none.
  [[nodiscard]] std::vector<RateValue> of_device(std::string_view host, std::string_view device,
                                                 std::string_view metric) const;
  /// Of a host: every byte counts once.
  [[nodiscard]] std::vector<RateValue> of_host(std::string_view host,
                                               std::string_view metric) const;
  /// Of all hosts together, joined on ticks.
  [[nodiscard]] std::vector<RateValue> of_run(std::string_view metric) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace tscollect
