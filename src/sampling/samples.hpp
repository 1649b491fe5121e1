#pragma once

#include "stream/sample_store.hpp"
#include "stream/sample_stream.hpp"

#include <tscollect/sample.hpp>

#include <span>
#include <string>
#include <vector>

namespace tscollect::record {

/// One value as its column says it is to be read.
[[nodiscard]] Value value_from_bits(std::int64_t bits, ValueType type, bool beyond_int64);

/// The sample that the readings hold now. Sources without any value are absent.
[[nodiscard]] TimeSeriesSample sample_from_readings(std::span<const SourceReading> readings,
                                                    WallTime time, const std::string& hostname);

/// All samples of a store. `recorded`: the sources, in the order of the stream.
[[nodiscard]] std::vector<TimeSeriesSample> samples_from_store(
    const SampleStore& store, TickGrid grid, std::span<const sources::Source* const> recorded,
    const std::string& hostname);

/// This host's name, as gethostname() has it.
[[nodiscard]] std::string local_hostname();

}  // namespace tscollect::record
