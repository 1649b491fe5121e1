#include "store/run_file/source_reader.hpp"

#include "store/run_file/host_layout.hpp"
#include "store/run_file/layout_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace tscollect::store {

namespace {

constexpr std::size_t most_row_lists = 64;

std::vector<FieldDescription> read_fields(const ObjectRef& host, const std::string& source,
                                          ValueType array_type) {
  std::vector<FieldDescription> fields = read_table(host, layout::fields, source);
  const std::string scale = list_name(source, layout::fields.dimension);
  const OpenDataset dataset = open_dataset(host, scale, H5T_STRING, 1);
  const ObjectRef node = host.inner(dataset.handle.get(), host.path);
  const std::vector<std::int64_t> widths = read_integers(node, layout::width_bits);
  const std::vector<std::string> list = read_texts(node, layout::integer_fields);
  const std::set<std::string_view> integers(list.begin(), list.end());
  if (widths.size() > 1) check_length(host, scale + "'s width_bits", widths.size(), fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    FieldDescription& field = fields[i];
    const bool integer = array_type == ValueType::integer || integers.contains(field.name);
    field.type = integer ? ValueType::integer : ValueType::real;
    if (!widths.empty())
      field.width_bits = static_cast<int>(widths.size() > 1 ? widths[i] : widths.front());
  }
  return fields;
}

/// The words of the text, which are separated by blanks.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

/// Names of the datasets beside a scale, from the array's `coordinates`. A dataset that is listed
/// more than once, under one name or several, is an error.
std::vector<std::string> row_lists_of(const ObjectRef& array, const std::string& scale) {
  const std::string coordinates = read_text(array, layout::coordinates);
  std::vector<std::string> lists;
  for (const std::string_view name : words_of(coordinates)) {
    if (name.size() > scale.size() + 1 && name.starts_with(scale) && name[scale.size()] == '_')
      lists.emplace_back(name.substr(scale.size() + 1));
    if (lists.size() > most_row_lists)
      throw_at(array, fmt::format("has more than {} lists beside {}", most_row_lists, scale));
  }
  const std::set<std::string_view> once(lists.begin(), lists.end());
  if (once.size() != lists.size())
    throw_at(array, fmt::format("names a list beside {} twice", scale));
  return lists;
}

void read_devices(const ObjectRef& host, const ObjectRef& array, block::HostSource& source) {
  const std::string& scale = source.row_dimension;
  std::vector<std::string> names = read_strings(host, scale);
  charge(host, scale, names.size() * sizeof(block::HostRow));
  for (std::string& name : names) source.rows.push_back({std::move(name), {}, {}});
  for (std::string& list : row_lists_of(array, scale)) {
    const std::string name = fmt::format("{}_{}", scale, list);
    if (holds_strings(host, name)) {
      std::vector<std::string> texts = read_strings(host, name);
      check_length(host, name, texts.size(), source.rows.size());
      for (std::size_t i = 0; i < texts.size(); ++i)
        source.rows[i].texts.push_back(std::move(texts[i]));
      source.row_texts.push_back(std::move(list));
    } else {
      const std::vector<std::int64_t> values = read_list(host, name);
      check_length(host, name, values.size(), source.rows.size());
      for (std::size_t i = 0; i < values.size(); ++i)
        source.rows[i].attributes.push_back(values[i]);
      source.row_attributes.push_back(std::move(list));
    }
    check_dataset(host, {name, {scale}});
  }
}

/// Checks that `_FillValue`, if present, is the value of missing cells.
void check_fill_value(const ObjectRef& array, ValueType type) {
  if (!has_attribute(array, layout::fill_value)) return;
  const bool right = type == ValueType::real
                         ? std::isnan(read_real(array, layout::fill_value).value_or(0))
                         : read_integer(array, layout::fill_value) == missing_integer;
  if (!right) report(array, "attribute", "has another _FillValue than that of missing cells");
}

/// Checks that the array's coordinates are there, and that those of its fields are among them.
void check_coordinates(const ObjectRef& host, const ObjectRef& array, const std::string& source) {
  const std::string text = read_text(array, layout::coordinates);
  const std::vector<std::string_view> words = words_of(text);
  const std::set<std::string> coordinates(words.begin(), words.end());
  for (const auto& column : layout::fields.columns)
    if (const std::string name = list_name(source, column.list.name); !coordinates.contains(name))
      report(array, "attribute", "does not list {} in its coordinates", name);
  for (const std::string& name : coordinates)
    if (name.find('/') != std::string::npos || !has_link(host, name))
      report(array, "attribute", "lists {} in its coordinates, but there is no such object", name);
}

/// Checks how the array is stored, and the attributes that connect it with the lists beside it.
void check_array(const ObjectRef& host, const ObjectRef& array, const block::HostSource& source) {
  if (host.diagnostics == nullptr) return;
  const std::string fields = list_name(source.name, layout::fields.dimension);
  DatasetLayout wanted{source.name, {layout::time_dimension, fields}, {}, source.values.type};
  if (const std::string& rows = source.row_dimension; !rows.empty()) {
    wanted.scales.insert(wanted.scales.begin() + 1, rows);
    check_dataset(host, {rows, {rows}});
    if (source.row_name_field.empty())
      report(array, "attribute", "has no attribute {}", layout::row_name_field);
  }
  check_dataset(host, wanted);
  guarded(array, "attribute", [&] { check_fill_value(array, source.values.type); });
  guarded(array, "attribute", [&] { check_coordinates(host, array, source.name); });
}

/// Reads the description of the array and the lists beside it.
std::vector<std::uint64_t> describe(const ObjectRef& host, std::uint64_t samples,
                                    block::HostSource& source) {
  source.values.type = value_type_of(host, source.name);
  source.fields = read_fields(host, source.name, source.values.type);
  std::vector<std::uint64_t> shape = {samples, source.fields.size()};
  const ObjectHandle object(
      check_h5(H5Oopen(host.id, source.name.c_str(), H5P_DEFAULT), host, "open an array"));
  const std::string path = fmt::format("{}/{}", host.path, source.name);
  const ObjectRef array = host.inner(object.get(), path);
  read_attributes(array, layout::array_attributes, source);
  source.row_dimension = read_text(array, layout::row_dimension);
  source.has_missing = has_attribute(array, layout::fill_value);
  if (!source.row_dimension.empty()) {
    read_devices(host, array, source);
    shape.insert(shape.begin() + 1, source.rows.size());
  }
  check_array(host, array, source);
  return shape;
}

}  // namespace

std::set<std::string> object_names(const block::HostSource& source) {
  std::set<std::string> names = {source.name, list_name(source.name, layout::fields.dimension)};
  for (const auto& column : layout::fields.columns)
    names.insert(list_name(source.name, column.list.name));
  if (source.row_dimension.empty()) return names;
  names.insert(source.row_dimension);
  for (const auto* lists : {&source.row_attributes, &source.row_texts})
    for (const std::string& list : *lists)
      names.insert(fmt::format("{}_{}", source.row_dimension, list));
  return names;
}

SourceReader::SourceReader(const ObjectRef& host, std::uint64_t samples,
                           block::HostSource& description)
    : name_(description.name) {
  const std::vector<std::uint64_t> wanted = describe(host, samples, description);
  // NOLINTBEGIN(cppcoreguidelines-prefer-member-initializer): read by describe()
  type_ = description.values.type;
  flat_ = description.row_dimension.empty();
  // NOLINTEND(cppcoreguidelines-prefer-member-initializer)
  dataset_ =
      open_dataset(host, name_, type_ == ValueType::real ? H5T_FLOAT : H5T_INTEGER, wanted.size());
  if (dataset_.shape != wanted)
    throw_at(host, fmt::format("the shape of {} is not that of its dimensions", name_));
  description.values.shape = dataset_.shape;
}

void SourceReader::read(const ObjectRef& host, const RowRange& samples, const CellBlock& where,
                        std::vector<std::int64_t>& values) const {
  Box box{{samples.first, where.first_field}, {samples.count, where.fields}};
  if (!flat_) {
    box.start.insert(box.start.begin() + 1, where.first_row);
    box.extent.insert(box.extent.begin() + 1, where.rows);
  }
  read_box(host, name_, dataset_, type_, box, values);
}

}  // namespace tscollect::store
