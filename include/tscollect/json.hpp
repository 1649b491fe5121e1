#pragma once

#include <tscollect/data.hpp>
#include <tscollect/export.hpp>
#include <tscollect/result.hpp>
#include <tscollect/sample.hpp>

#include <string>
#include <string_view>

namespace tscollect {

/// JSON in the reference collector's shape. Absent members are left out; integers stay integers, up
/// to 2^64-1. `indent`: as for nlohmann::json::dump; -1 for one line.
[[nodiscard]] TSCOLLECT_EXPORT std::string to_json(const TimeSeriesSample& sample, int indent = -1);
[[nodiscard]] TSCOLLECT_EXPORT std::string to_json(const TimeSeriesData& data, int indent = -1);

/// Unknown keys are ignored. A wrong type is an error that names the path, for example
/// "samples_by_host.node1[3].vmstat.pgfault: expected a number, found a string".
[[nodiscard]] TSCOLLECT_EXPORT Result<TimeSeriesSample> sample_from_json(std::string_view text);
[[nodiscard]] TSCOLLECT_EXPORT Result<TimeSeriesData> data_from_json(std::string_view text);

}  // namespace tscollect
