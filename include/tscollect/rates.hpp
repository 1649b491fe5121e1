#pragma once

#include <tscollect/export.hpp>
#include <tscollect/file_error.hpp>
#include <tscollect/time.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Rates and other metrics derived from the counters of a run's file, as `tscollect rates` prints
/// them.
namespace tscollect {

/// A metric, as listed by `tscollect rates --list`.
struct MetricDescription {
  std::string name;     ///< "disk.read.throughput"
  std::string unit;     ///< "bytes/s"
  std::string source;   ///< "diskstats"
  std::string formula;  ///< "512 × Δsectors_read / seconds"
  std::string cannot_know;
};

/// Every metric.
[[nodiscard]] TSCOLLECT_EXPORT std::vector<MetricDescription> metric_descriptions();

/// A metric over the interval between two samples.
struct RateValue {
  WallTime end{};      ///< end of the interval, UTC by rank 0's clock at the start
  double seconds = 0;  ///< length of the interval, by the monotonic clock
  double value = 0;    ///< NaN where unknown
};

/// Reads metrics from a run's file. The file may be untrusted. As for RunReader, call all readers
/// of a process from one thread, or under one lock. Members throw FileError if the file cannot be
/// read, or has no such host, device or metric.
class TSCOLLECT_EXPORT RateReader {
 public:
  explicit RateReader(const std::filesystem::path& file);

  /// A metric of one device ("sda"), or, with an empty name, of a source without devices.
  [[nodiscard]] std::vector<RateValue> of_device(std::string_view host, std::string_view device,
                                                 std::string_view metric) const;
  /// The sum over a host's devices; every byte counts once.
  [[nodiscard]] std::vector<RateValue> of_host(std::string_view host,
                                               std::string_view metric) const;
  /// The sum over all hosts, joined by tick.
  [[nodiscard]] std::vector<RateValue> of_run(std::string_view metric) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace tscollect
