#include "store/run_file/host_reader.hpp"

#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/run_file/event_reader.hpp"
#include "store/run_file/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tscollect::store {

namespace {

Kind kind_of(const std::string& text) {
  for (const Kind kind : {Kind::counter, Kind::gauge})
    if (text == to_string(kind)) return kind;
  return Kind::unknown;
}

std::vector<FieldDescription> read_fields(const Node& host, const std::string& source,
                                          ValueType array_type) {
  const std::string scale = source + std::string(layout::field_suffix);
  const std::string unit = source + std::string(layout::unit_suffix);
  const std::string kind = source + std::string(layout::kind_suffix);
  std::vector<std::string> names = read_strings(host, scale);
  std::vector<std::string> units = read_strings(host, unit);
  const std::vector<std::string> kinds = read_strings(host, kind);
  check_length(host, unit, units.size(), names.size());
  check_length(host, kind, kinds.size(), names.size());
  const OpenDataset dataset = open_dataset(host, scale, H5T_STRING, 1);
  const Node node{dataset.handle.get(), host.file, host.path};
  const std::vector<std::int64_t> widths = read_integers(node, layout::width_bits);
  const std::vector<std::string> integers = read_texts(node, layout::integer_fields);
  if (widths.size() > 1) check_length(host, scale + "'s width_bits", widths.size(), names.size());
  std::vector<FieldDescription> fields(names.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    FieldDescription& field = fields[i];
    const bool integer =
        array_type == ValueType::integer || std::ranges::find(integers, names[i]) != integers.end();
    field.type = integer ? ValueType::integer : ValueType::real;
    field.kind = kind_of(kinds[i]);
    field.name = std::move(names[i]);
    field.unit = std::move(units[i]);
    if (!widths.empty())
      field.width_bits = static_cast<int>(widths.size() > 1 ? widths[i] : widths.front());
  }
  return fields;
}

/// Names of the datasets beside a scale, as the array's `coordinates` lists them.
std::vector<std::string> row_attributes_of(const Node& array, const std::string& scale) {
  const std::string coordinates = read_text(array, layout::coordinates);
  std::vector<std::string> attributes;
  std::string_view rest = coordinates;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    if (name.size() > scale.size() + 1 && name.starts_with(scale) && name[scale.size()] == '_')
      attributes.emplace_back(name.substr(scale.size() + 1));
  }
  return attributes;
}

void read_rows(const Node& host, const Node& array, record::HostSource& source) {
  const std::string& scale = source.row_dimension;
  for (std::string& name : read_strings(host, scale)) source.rows.push_back({std::move(name), {}});
  source.row_attributes = row_attributes_of(array, scale);
  for (const std::string& attribute : source.row_attributes) {
    const std::string name = fmt::format("{}_{}", scale, attribute);
    const std::vector<std::int64_t> values = read_list(host, name);
    check_length(host, name, values.size(), source.rows.size());
    for (std::size_t i = 0; i < values.size(); ++i) source.rows[i].attributes.push_back(values[i]);
  }
}

ReadSource read_source(const Node& host, const std::string& name, std::uint64_t samples,
                       const RowRange& rows) {
  ReadSource read;
  record::HostSource& source = read.description;
  source.name = name;
  source.values.type = value_type_of(host, name);
  source.fields = read_fields(host, name, source.values.type);
  std::vector<std::uint64_t> wanted = {samples, source.fields.size()};
  {
    const ObjectHandle object(
        check_h5(H5Oopen(host.id, name.c_str(), H5P_DEFAULT), host, "open an array"));
    const std::string path = fmt::format("{}/{}", host.path, name);
    const Node array{object.get(), host.file, path};
    source.row_dimension = read_text(array, layout::row_dimension);
    source.row_name_field = read_text(array, layout::row_name_field);
    source.kernel_document = read_text(array, layout::kernel_document);
    source.summary = read_text(array, layout::long_name);
    source.excluded_rows = read_texts(array, layout::excluded);
    source.uint64_columns = read_texts(array, layout::uint64_columns);
    source.has_missing = has_attribute(array, layout::fill_value);
    if (!source.row_dimension.empty()) {
      read_rows(host, array, source);
      wanted.insert(wanted.begin() + 1, source.rows.size());
    }
  }
  const H5T_class_t type_class = source.values.type == ValueType::real ? H5T_FLOAT : H5T_INTEGER;
  const OpenDataset dataset = open_dataset(host, name, type_class, wanted.size());
  if (dataset.shape != wanted)
    throw_at(host, fmt::format("the shape of {} is not that of its dimensions", name));
  source.values.shape = dataset.shape;
  read.values = read_elements(host, name, dataset, source.values.type, rows);
  return read;
}

/// The failures of one source do not overlap, so together they cover each row once per source. Who
/// spells them out row by row must not be made to do it for any number of them.
void check_extent(const Node& host, const std::vector<record::HostError>& errors,
                  std::uint64_t samples) {
  constexpr std::uint64_t most_sources = 64;
  const auto rows = static_cast<std::int64_t>(samples);
  std::uint64_t covered = 0;
  for (const record::HostError& error : errors) {
    const std::int64_t first = std::max<std::int64_t>(error.first_row, 0);
    const std::int64_t last = std::min(error.last_row, rows - 1);
    if (first <= last) covered += static_cast<std::uint64_t>(last - first) + 1;
    if (covered > samples * most_sources)
      throw_at(host, "claims more failures than its sources can have had");
  }
}

}  // namespace

void read_facts(const Node& host, record::HostSummary& summary) {
  summary.facts.kernel = read_text(host, "kernel");
  summary.facts.cpu_model = read_text(host, "cpu_model");
  summary.facts.cpu_count = read_integer(host, "cpu_count").value_or(0);
  summary.facts.memory_kib = read_integer(host, "memory_kib").value_or(0);
  summary.facts.boot_id = read_text(host, "boot_id");
  summary.facts.addresses = read_texts(host, "addresses");
  summary.facts.clock_ticks_per_second = read_integer(host, "clock_ticks_per_second").value_or(0);
  summary.cpu_ns = read_integer(host, "collector_cpu_ns").value_or(0);
  summary.peak_memory_bytes = read_integer(host, "collector_peak_memory_bytes").value_or(0);
  summary.stored_bytes = read_integer(host, "collector_stored_bytes").value_or(0);
  summary.journal_bytes = read_integer(host, "collector_journal_bytes").value_or(0);
  summary.journal_fault = read_text(host, "collector_journal_fault");
  summary.absent_sources = read_texts(host, "absent_sources");
}

ReadHost read_host_group(const Node& host, const record::HostSummary& summary,
                         const RowRange& rows) {
  ReadHost read;
  read.summary = summary;
  const OpenDataset time = open_dataset(host, layout::time_dimension, H5T_INTEGER, 1);
  const std::uint64_t samples = time.count;
  read.first_row = rows.within(samples).first;
  read.time_ns = read_elements(host, layout::time_dimension, time, ValueType::integer, rows);
  const auto read_beside = [&](const char* name) {
    const OpenDataset dataset = open_dataset(host, name, H5T_INTEGER, 1);
    check_length(host, name, dataset.count, samples);
    return read_elements(host, name, dataset, ValueType::integer, rows);
  };
  read.tick = read_beside("tick");
  read.lateness_ns = read_beside("lateness");
  read.duration_ns = read_beside("duration");
  std::set<std::string> names;
  for (const std::string& name : read_texts(host, layout::sources)) {
    if (!names.insert(name).second) throw_at(host, fmt::format("names the source {} twice", name));
    read.sources.push_back(read_source(host, name, samples, rows));
  }
  read.errors = read_errors(host);
  check_extent(host, read.errors, samples);
  read.gaps = read_gaps(host);
  read.resets = read_resets(host);
  return read;
}

}  // namespace tscollect::store
