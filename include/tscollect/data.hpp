#pragma once

#include <tscollect/sample.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tscollect {

/// A whole collection in the reference collector's shape; the defaults are those of its
/// from_dict().
struct TimeSeriesData {
  double collection_interval_seconds = 10.0;
  std::string start_time;  ///< UTC, as TimeSeriesSample::timestamp; empty if nothing was sampled
  std::string end_time;
  std::int64_t num_samples = 0;  ///< over all hosts
  std::map<std::string, std::vector<TimeSeriesSample>> samples_by_host;
  std::string collection_method = "unknown";  ///< "mpi" or "local"
  std::vector<std::string> hosts_requested;
  std::vector<std::string> hosts_collected;

  bool operator==(const TimeSeriesData&) const = default;
};

}  // namespace tscollect
