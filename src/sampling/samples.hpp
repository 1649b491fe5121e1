#pragma once

#include "stream/sample_store.hpp"
#include "stream/sample_stream.hpp"

#include <tscollect/sample.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::sampling {

/// A source at one moment, as a table, a stream or a file has it.
struct SourceView {
  std::string_view name;
  bool is_flat = true;
  std::span<const FieldDescription> fields;
  std::span<const table::Row> rows;  ///< one without a name if flat
  std::span<const table::TableColumn> columns;
  std::span<const std::int64_t> values;  ///< by `places`, or by column if that is empty
  std::span<const std::uint32_t> places;
  std::string_view error;  ///< empty: none
};

/// Adds what the source holds to the sample: the one converter to the reference's types. Fields
/// without a value are left out; a host without disks has an empty list of them.
void add_source(const SourceView& view, TimeSeriesSample& sample);

/// The first error of a source counts.
void add_error(const std::string& source, std::string_view message, TimeSeriesSample& sample);

[[nodiscard]] TimeSeriesSample empty_sample(std::int64_t wall_ns, const std::string& hostname);

/// The sample that the readings hold now. Sources without any value are absent.
[[nodiscard]] TimeSeriesSample sample_from_readings(std::span<const stream::SourceReading> readings,
                                                    WallTime time, const std::string& hostname);

/// All samples of a store. `recorded`: the sources, in the order of the stream.
[[nodiscard]] std::vector<TimeSeriesSample> samples_from_store(
    const stream::SampleStore& store, stream::TickGrid grid,
    std::span<const table::Source* const> recorded, const std::string& hostname);

/// This host's name, as gethostname() has it.
[[nodiscard]] std::string local_hostname();

}  // namespace tscollect::sampling
