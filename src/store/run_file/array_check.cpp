// Checks the structure of one host's arrays: those along time, and those of its sources.
#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/run_file/event_lists.hpp"
#include "store/run_file/object_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <vector>

namespace tscollect::store {

namespace {

using Names = std::vector<std::string>;

/// Runs a check of the object `name` in `host`, of whatever type it is.
void with_object(const ObjectRef& host, const std::string& name, Diagnostics& diagnostics,
                 const std::function<void(const ObjectRef&)>& check) {
  guarded(host, "missing-object", diagnostics, [&] {
    check_link(host, name);
    const ObjectHandle object(
        check_h5(H5Oopen(host.id, name.c_str(), H5P_DEFAULT), host, "open an object"));
    const std::string path = path_of(host, name);
    check({object.get(), host.file, path});
  });
}

/// The distinct words of the text, which are separated by blanks.
std::set<std::string> words_of(const std::string& text) {
  std::set<std::string> words;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    if (!word.empty()) words.emplace(word);
  }
  return words;
}

/// Checks that the lists of each kind of event are either all present or all absent.
void check_events(const ObjectRef& host, Diagnostics& diagnostics) {
  for_each_event_kind([&](const char* dimension, const auto& lists) {
    if (!has_link(host, dimension)) return;
    check_scale(host, dimension, diagnostics);
    const Names along = {dimension};
    for (const auto& list : lists) check_dimensions(host, list.name, along, diagnostics);
  });
}

/// Checks that `_FillValue`, if present, is the value of missing cells.
void check_fill_attribute(const ObjectRef& array, ValueType type, Diagnostics& diagnostics) {
  if (!has_attribute(array, layout::fill_value)) return;
  guarded(array, "attribute", diagnostics, [&] {
    const bool real = type == ValueType::real;
    const auto number = real ? read_real(array, layout::fill_value) : std::nullopt;
    const bool right = real ? number && *number != *number
                            : read_integer(array, layout::fill_value) == missing_integer;
    if (!right)
      diagnostics.error("attribute", std::string(array.path),
                        "has another _FillValue than that of missing cells");
  });
}

void check_coordinates(const ObjectRef& host, const ObjectRef& array, const Names& beside,
                       std::set<std::string>& known, Diagnostics& diagnostics) {
  const std::set<std::string> coordinates = words_of(read_text(array, layout::coordinates));
  for (const std::string& name : beside)
    if (!coordinates.contains(name))
      diagnostics.error("attribute", std::string(array.path),
                        fmt::format("does not list {} in its coordinates", name));
  for (const std::string& name : coordinates) {
    known.insert(name);
    if (name.find('/') != std::string::npos || !has_link(host, name))
      diagnostics.error(
          "attribute", std::string(array.path),
          fmt::format("lists {} in its coordinates, but there is no such object", name));
  }
}

}  // namespace

void check_time_lists(const ObjectRef& host, Diagnostics& diagnostics) {
  check_scale(host, layout::time_dimension, diagnostics);
  with_object(host, layout::time_dimension, diagnostics, [&](const ObjectRef& time) {
    expect_text(time, "units", layout::time_units, diagnostics);
    expect_text(time, "standard_name", "time", diagnostics);
  });
  check_array_storage(host, layout::time_dimension, ValueType::integer, diagnostics);
  const Names along = {layout::time_dimension};
  for (const char* name : {"tick", "lateness", "duration"}) {
    check_dimensions(host, name, along, diagnostics);
    check_array_storage(host, name, ValueType::integer, diagnostics);
  }
  guarded(host, "missing-object", diagnostics, [&] { check_events(host, diagnostics); });
}

void check_phase_lists(const ObjectRef& root, Diagnostics& diagnostics) {
  if (!has_link(root, layout::phase_dimension)) return;
  check_scale(root, layout::phase_dimension, diagnostics);
  const Names along = {layout::phase_dimension};
  for (const char* name :
       {layout::phase_begin, layout::phase_end, layout::phase_host, layout::phase_level})
    check_dimensions(root, name, along, diagnostics);
  for (const char* name : {layout::phase_begin, layout::phase_end})
    with_object(root, name, diagnostics, [&](const ObjectRef& list) {
      expect_text(list, "units", layout::time_units, diagnostics);
    });
}

void check_source_array(const ObjectRef& host, const std::string& source,
                        std::set<std::string>& known, Diagnostics& diagnostics) {
  const std::string fields = source + std::string(layout::field_suffix);
  const Names beside = {source + std::string(layout::unit_suffix),
                        source + std::string(layout::kind_suffix)};
  known.insert(source);
  known.insert(fields);
  check_scale(host, fields, diagnostics);
  for (const std::string& name : beside) check_dimensions(host, name, {&fields, 1}, diagnostics);
  with_object(host, source, diagnostics, [&](const ObjectRef& array) {
    const ValueType type = value_type_of(host, source);
    check_array_storage(host, source, type, diagnostics);
    check_fill_attribute(array, type, diagnostics);
    check_coordinates(host, array, beside, known, diagnostics);
    const std::string rows = read_text(array, layout::row_dimension);
    Names dimensions = {layout::time_dimension, fields};
    if (!rows.empty()) {
      dimensions.insert(dimensions.begin() + 1, rows);
      known.insert(rows);
      check_scale(host, rows, diagnostics);
      if (read_text(array, layout::row_name_field).empty())
        diagnostics.error("attribute", std::string(array.path), "has no attribute row_name_field");
    }
    check_dimensions(host, source, dimensions, diagnostics);
    if (read_text(array, layout::long_name).empty())
      diagnostics.error("attribute", std::string(array.path), "has no attribute long_name");
  });
}

}  // namespace tscollect::store
