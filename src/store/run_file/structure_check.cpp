#include "store/run_file/structure_check.hpp"

#include "store/hdf5/text.hpp"
#include "store/run_file/host_layout.hpp"
#include "store/run_file/layout_reader.hpp"
#include "store/run_file/object_check.hpp"
#include "store/run_file/open_run.hpp"
#include "store/run_file/run_layout.hpp"

#include <tscollect/time.hpp>
#include <tscollect/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

namespace tscollect::store {

namespace {

using Names = std::set<std::string>;

struct OpenRun {
  explicit OpenRun(const std::filesystem::path& path)
      : name(path.string()), file(open_run(name)), schema(read_schema(root())) {}

  [[nodiscard]] ObjectRef root() const { return {file.get(), name, "/"}; }

  std::string name;
  FileHandle file;
  std::string schema;
};

void check_run_times(const block::RunInfo& run, Diagnostics& diagnostics) {
  const auto parsed = [&](const char* name, const std::string& text) {
    const Result<WallTime> time = parse_timestamp(text);
    if (!time && (run.num_samples > 0 || !text.empty()))
      diagnostics.error("attribute", "/", "has an invalid {} '{}'", name, text);
    return time;
  };
  const Result<WallTime> start = parsed("start_time", run.start_time);
  const Result<WallTime> end = parsed("end_time", run.end_time);
  if (start && end && *end < *start)
    diagnostics.error("attribute", "/", "has an end_time before its start_time");
}

void check_run_attributes(const ObjectRef& root, Diagnostics& diagnostics) {
  check_attributes(root, layout::run_attributes, diagnostics);
  guarded(root, "attribute", diagnostics, [&] {
    block::RunInfo run;
    read_attributes(root, layout::run_attributes, run);
    const double interval = run.collection_interval_seconds;
    if (!std::isfinite(interval) || interval <= 0)
      diagnostics.error("attribute", "/", "has no collection_interval_seconds above 0");
    if (run.num_samples < 0) diagnostics.error("attribute", "/", "has a num_samples below 0");
    check_run_times(run, diagnostics);
  });
}

/// The distinct words of the text, which are separated by blanks.
Names words_of(std::string_view text) {
  Names words;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!word.empty()) words.emplace(word);
  }
  return words;
}

/// Checks that `_FillValue`, if present, is the value of missing cells.
void check_fill_attribute(const ObjectRef& array, ValueType type, Diagnostics& diagnostics) {
  if (!has_attribute(array, layout::fill_value)) return;
  guarded(array, "attribute", diagnostics, [&] {
    const bool right = type == ValueType::real
                           ? std::isnan(read_real(array, layout::fill_value).value_or(0))
                           : read_integer(array, layout::fill_value) == missing_integer;
    if (!right)
      diagnostics.error("attribute", array.path,
                        "has another _FillValue than that of missing cells");
  });
}

/// Checks that the array's coordinates are there, and that those of its fields are among them.
void check_coordinates(const ObjectRef& host, const ObjectRef& array, const std::string& source,
                       const Names& coordinates, Diagnostics& diagnostics) {
  for (const auto& column : layout::fields.columns)
    if (const std::string name = list_name(source, column.list.name); !coordinates.contains(name))
      diagnostics.error("attribute", array.path, "does not list {} in its coordinates", name);
  for (const std::string& name : coordinates)
    if (name.find('/') != std::string::npos || !has_link(host, name))
      diagnostics.error("attribute", array.path,
                        "lists {} in its coordinates, but there is no such object", name);
}

/// Checks the array of a source and the lists beside it. `known`: gets the names of these objects.
void check_source(const ObjectRef& host, const std::string& source, Names& known,
                  Diagnostics& diagnostics) {
  const std::string fields = list_name(source, layout::fields.dimension);
  known.insert({source, fields});
  check_table(host, layout::fields, diagnostics, source);
  with_dataset(host, source, diagnostics, [&](const ObjectRef& array) {
    const ValueType type = value_type_of(host, source);
    DatasetLayout wanted{source, {layout::time_dimension, fields}, {}, type};
    if (const std::string rows = read_text(array, layout::row_dimension); !rows.empty()) {
      wanted.scales.insert(wanted.scales.begin() + 1, rows);
      known.insert(rows);
      check_dataset(host, {rows, {rows}}, diagnostics);
      if (read_text(array, layout::row_name_field).empty())
        diagnostics.error("attribute", array.path, "has no attribute {}", layout::row_name_field);
    }
    check_dataset(host, array, wanted, diagnostics);
    check_attributes(array, layout::array_attributes, diagnostics);
    check_fill_attribute(array, type, diagnostics);
    Names coordinates = words_of(read_text(array, layout::coordinates));
    check_coordinates(host, array, source, coordinates, diagnostics);
    known.merge(coordinates);
  });
}

/// Checks the lists along time and the events. Returns the names of these objects.
Names check_lists(const ObjectRef& host, Diagnostics& diagnostics) {
  Names known;
  for (const layout::TimeList& each : layout::time_lists) {
    check_dataset(host, {each.list.name, {layout::time_dimension}, each.list, ValueType::integer},
                  diagnostics);
    known.insert(each.list.name);
  }
  layout::for_each_event_table([&](const auto& table) {
    if (!has_link(host, table.dimension)) return;
    check_table(host, table, diagnostics);
    known.insert(table.dimension);
    for (const auto& column : table.columns) known.insert(column.list.name);
  });
  return known;
}

void check_host(const ObjectRef& host, const std::string& name, bool is_newer,
                Diagnostics& diagnostics) {
  expect_text(host, layout::hostname, name, diagnostics);
  check_attributes(host, layout::host_attributes, diagnostics);
  Names known = check_lists(host, diagnostics);
  for (const std::string& source : read_texts(host, layout::sources))
    check_source(host, source, known, diagnostics);
  if (is_newer) return;
  for (const std::string& object : link_names(host))
    if (!known.contains(object))
      diagnostics.warn("unknown-object", path_of(host, object), std::nullopt,
                       "is not part of the format");
}

}  // namespace

std::string check_root(const std::filesystem::path& path, Diagnostics& diagnostics) {
  const QuietErrors quiet;
  const OpenRun run(path);
  const ObjectRef root = run.root();
  if (is_newer_schema(run.schema))
    diagnostics.warn("schema", "/", std::nullopt,
                     "has schema {}: what it added to {} is not checked", run.schema,
                     schema_version);
  check_run_attributes(root, diagnostics);
  guarded(root, "missing-object", diagnostics, [&] {
    const GroupHandle table = open_group(root, layout::host_table_group);
    check_table({table.get(), root.file, "/host_table"}, layout::host_table, diagnostics);
    if (has_link(root, layout::phases.dimension)) check_table(root, layout::phases, diagnostics);
  });
  return run.schema;
}

void check_hosts(const std::filesystem::path& path, std::span<const block::HostOutcome> hosts,
                 const PlaceSink& at, Diagnostics& diagnostics) {
  const QuietErrors quiet;
  const OpenRun run(path);
  const GroupHandle group = open_group(run.root(), layout::hosts_group);
  const ObjectRef parent{group.get(), run.name, "/hosts"};
  Names others;
  for (std::string& name : link_names(parent)) others.insert(std::move(name));
  for (const block::HostOutcome& outcome : hosts) {
    const std::string name = escape_name(outcome.summary.name);
    const std::string place = path_of(parent, name);
    at(place);
    const bool is_there = others.erase(name) > 0;
    if (outcome.state == block::HostState::missing) {
      if (is_there)
        diagnostics.error("host-table", place,
                          "exists, but the host table says that the host is missing");
      continue;
    }
    guarded(parent, "missing-object", diagnostics, [&] {
      const GroupHandle host = open_group(parent, name);
      check_host({host.get(), run.name, place}, outcome.summary.name, is_newer_schema(run.schema),
                 diagnostics);
    });
  }
  for (const std::string& name : others)
    diagnostics.error("host-table", path_of(parent, name), "is not in the host table");
}

}  // namespace tscollect::store
