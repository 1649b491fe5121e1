#pragma once

#include "stream/sample_store.hpp"
#include "stream/sample_stream.hpp"

#include <tscollect/sample.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::sampling {

/// Values of a source at one time, from a table, a stream or a file.
struct SourceView {
  std::string_view name;
  bool is_flat = true;
  std::span<const FieldDescription> fields;
  std::span<const table::Row> rows;  ///< one row without a name if the source is flat
  std::span<const table::TableColumn> columns;
  std::span<const std::int64_t> values;  ///< indexed by `places`, or by column if that is empty
  std::span<const std::uint32_t> places;
  std::string_view error;  ///< empty: none
};

/// Converts the values to the reference's types and adds them to the sample; the only such
/// conversion. Fields without a value are left out; a host without disks has an empty list of
/// disks.
void add_source(const SourceView& view, TimeSeriesSample& sample);

/// Only the first error of a source is kept.
void add_error(const std::string& source, std::string_view message, TimeSeriesSample& sample);

[[nodiscard]] TimeSeriesSample empty_sample(std::int64_t wall_ns, const std::string& hostname);

/// The current values of the readings as a sample. Sources without any value are absent.
[[nodiscard]] TimeSeriesSample sample_from_readings(std::span<const stream::SourceReading> readings,
                                                    WallTime time, const std::string& hostname);

/// All samples of a store. `recorded`: the sources in the order of the stream.
[[nodiscard]] std::vector<TimeSeriesSample> samples_from_store(
    const stream::SampleStore& store, stream::TickSchedule grid,
    std::span<const table::Source* const> recorded, const std::string& hostname);

/// This host's name, from gethostname().
[[nodiscard]] std::string local_hostname();

}  // namespace tscollect::sampling
