#include "sampling/samples.hpp"

#include "base/process/host_name.hpp"

#include <bit>

namespace tscollect {

const Fields* TimeSeriesSample::fields(const std::string& source) const {
  const auto found = sources.find(source);
  return found == sources.end() ? nullptr : std::get_if<Fields>(&found->second);
}

const std::vector<DeviceFields>* TimeSeriesSample::devices(const std::string& source) const {
  const auto found = sources.find(source);
  return found == sources.end() ? nullptr : std::get_if<std::vector<DeviceFields>>(&found->second);
}

}  // namespace tscollect

namespace tscollect::sampling {

namespace {

Value value_of(std::int64_t bits, ValueType type, bool beyond_int64) {
  if (type == ValueType::real) return std::bit_cast<double>(bits);
  if (beyond_int64 && bits < 0) return static_cast<std::uint64_t>(bits);
  return bits;
}

}  // namespace

void add_error(const std::string& source, std::string_view message, TimeSeriesSample& sample) {
  if (!sample.errors) sample.errors.emplace();
  sample.errors->emplace(source, message);
}

void add_source(const SourceView& view, TimeSeriesSample& sample) {
  std::vector<DeviceFields> rows(view.rows.size());
  for (std::size_t i = 0; i < view.columns.size(); ++i) {
    const table::TableColumn& column = view.columns[i];
    const std::int64_t bits = view.values[view.places.empty() ? i : view.places[i]];
    if (bits == missing_integer) continue;
    const FieldDescription& field = view.fields[column.field];
    rows[column.row].fields.emplace_back(field.name,
                                         value_of(bits, field.type, column.beyond_int64));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].name = view.rows[i].name;
  std::erase_if(rows, [](const DeviceFields& row) { return row.fields.empty(); });
  const std::string name(view.name);
  if (!view.error.empty()) add_error(name, view.error, sample);
  // A host without disks has an empty list of disks; a flat source without fields is left out.
  if (view.is_flat && !rows.empty()) {
    sample.sources.emplace(name, std::move(rows.front().fields));
  } else if (!view.is_flat && (!rows.empty() || view.error.empty())) {
    sample.sources.emplace(name, std::move(rows));
  }
}

TimeSeriesSample empty_sample(std::int64_t wall_ns, const std::string& hostname) {
  TimeSeriesSample sample;
  sample.timestamp = format_timestamp(WallTime(std::chrono::nanoseconds(wall_ns)));
  sample.hostname = hostname;
  return sample;
}

TimeSeriesSample sample_from_readings(std::span<const stream::SourceReading> readings,
                                      WallTime time, const std::string& hostname) {
  TimeSeriesSample sample = empty_sample(time.time_since_epoch().count(), hostname);
  for (const stream::SourceReading& reading : readings) {
    const table::Table& table = *reading.table;
    const SourceDescription& description = table.source().description;
    add_source({description.name,
                description.row_dimension.empty(),
                table.fields(),
                table.rows(),
                table.columns(),
                table.values(),
                {},
                reading.error},
               sample);
  }
  return sample;
}

std::vector<TimeSeriesSample> samples_from_store(const stream::SampleStore& store,
                                                 stream::TickSchedule grid,
                                                 std::span<const table::Source* const> recorded,
                                                 const std::string& hostname) {
  std::vector<TimeSeriesSample> samples;
  stream::SampleDecoder decoder(grid, recorded.size());
  store.for_each_record([&](std::span<const std::byte> record) {
    if (decoder.take(record)) {
      samples.push_back(empty_sample(decoder.clock().wall_ns, hostname));
      for (std::size_t i = 0; i < recorded.size(); ++i) {
        const stream::StreamSource& source = decoder.sources()[i];
        const SourceDescription& description = recorded[i]->description;
        add_source({description.name, description.row_dimension.empty(), source.fields, source.rows,
                    source.columns, decoder.values(), source.global, source.error},
                   samples.back());
      }
    }
    return !decoder.failed();
  });
  return samples;
}

std::string local_hostname() {
  std::string name = base::this_host();
  return name.empty() ? "localhost" : name;
}

}  // namespace tscollect::sampling
