#include "store/run_file/source_writer.hpp"

#include "store/run_file/host_layout.hpp"
#include "store/run_file/layout_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace tscollect::store {

namespace {

/// A text that identifies a layout. '\n' is the separator, as it cannot occur in the parts.
std::string layout_content(const block::HostSource& source) {
  std::string content = fmt::format("fields of {}\n{}\n", source.name, int(source.values.type));
  for (const FieldDescription& field : source.fields)
    content += fmt::format("{}\n{}\n{} {} {}\n", field.name, field.unit, int(field.kind),
                           int(field.type), field.width_bits);
  return content;
}

std::string row_content(const block::HostSource& source, const std::string& scale) {
  std::string content = fmt::format("rows of {}\n", scale);
  for (const std::string& name : source.row_attributes) content += name + '\n';
  for (const std::string& name : source.row_texts) content += name + '\n';
  for (const block::HostRow& row : source.rows) {
    content += row.name + '\n';
    for (const std::int64_t value : row.attributes) content += fmt::format("{} ", value);
    content += '\n';
    for (const std::string& text : row.texts) content += text + '\n';
  }
  return content;
}

/// Writes the parts of FieldDescription other than name, unit and kind.
void write_field_attributes(const ObjectRef& scale, const block::HostSource& source) {
  std::vector<std::int64_t> widths;
  std::vector<std::string> integers;
  for (const FieldDescription& field : source.fields) {
    widths.push_back(field.width_bits);
    if (field.type == ValueType::integer) integers.push_back(field.name);
  }
  const bool all_equal = std::ranges::adjacent_find(widths, std::not_equal_to<>()) == widths.end();
  if (all_equal && !widths.empty()) widths.resize(1);
  write_integers(scale, layout::width_bits, widths);
  if (source.values.type == ValueType::real) write_texts(scale, layout::integer_fields, integers);
}

NamedObject named(const ObjectRef& host, const std::string& name) {
  return {name, reference_to(host, name.c_str())};
}

ObjectBundle create_fields(const ObjectRef& host, const block::HostSource& source,
                           StringPool& strings) {
  {
    const DatasetHandle scale =
        write_scale(host, layout::fields, source.fields, strings, source.name);
    write_field_attributes({scale.get(), host.file, host.path}, source);
  }
  write_columns(host, layout::fields, source.fields, strings, source.name);
  ObjectBundle bundle = {named(host, list_name(source.name, layout::fields.dimension))};
  for (const auto& column : layout::fields.columns)
    bundle.push_back(named(host, list_name(source.name, column.list.name)));
  return bundle;
}

void write_row_attribute(const ObjectRef& host, const NamedObject& scale, const std::string& name,
                         const std::string& attribute, std::span<const std::int64_t> values) {
  const DatasetHandle dataset = write_list(host, name.c_str(), values);
  const ObjectRef node{dataset.get(), host.file, host.path};
  write_dimensions(node, {{scale.reference}});
  if (!attribute.starts_with("is_")) return;
  const std::array<std::int64_t, 3> flags = {-1, 0, 1};
  write_integers(node, "flag_values", flags);
  write_text(node, "flag_meanings", "unknown no yes");
}

ObjectBundle create_rows(const ObjectRef& host, const block::HostSource& source,
                         const std::string& scale_name, StringPool& strings) {
  std::vector<std::string> names;
  for (const block::HostRow& row : source.rows) names.push_back(row.name);
  {
    const DatasetHandle dataset = strings.write(host, scale_name.c_str(), names);
    write_scale_mark({dataset.get(), host.file, host.path}, scale_name);
  }
  ObjectBundle bundle = {named(host, scale_name)};
  for (std::size_t i = 0; i < source.row_attributes.size(); ++i) {
    const std::string name = fmt::format("{}_{}", scale_name, source.row_attributes[i]);
    std::vector<std::int64_t> values;
    for (const block::HostRow& row : source.rows)
      values.push_back(i < row.attributes.size() ? row.attributes[i] : missing_integer);
    write_row_attribute(host, bundle.front(), name, source.row_attributes[i], values);
    bundle.push_back(named(host, name));
  }
  for (std::size_t i = 0; i < source.row_texts.size(); ++i) {
    const std::string name = fmt::format("{}_{}", scale_name, source.row_texts[i]);
    std::vector<std::string> texts;
    for (const block::HostRow& row : source.rows)
      texts.push_back(i < row.texts.size() ? row.texts[i] : std::string());
    const DatasetHandle dataset = strings.write(host, name.c_str(), texts);
    write_dimensions({dataset.get(), host.file, host.path}, {{bundle.front().reference}});
    bundle.push_back(named(host, name));
  }
  return bundle;
}

/// Two sources of one host may both have interfaces, but different ones.
std::string row_scale_name(const ObjectRef& host, const block::HostSource& source) {
  const htri_t taken = check_h5(H5Lexists(host.id, source.row_dimension.c_str(), H5P_DEFAULT), host,
                                "look for a dimension");
  return taken > 0 ? fmt::format("{}_{}", source.name, source.row_dimension) : source.row_dimension;
}

void write_array_attributes(const ObjectRef& array, const block::HostSource& source,
                            const std::string& row_scale, const std::string& coordinates) {
  write_attributes(array, layout::array_attributes, source);
  write_text(array, layout::coordinates, coordinates);
  write_text(array, layout::row_dimension, row_scale);
  // Only if cells are missing: with this attribute xarray converts integers to floats.
  if (!source.has_missing) return;
  if (source.values.type == ValueType::real) {
    write_real(array, layout::fill_value, std::numeric_limits<double>::quiet_NaN());
  } else {
    write_integer(array, layout::fill_value, missing_integer);
  }
}

}  // namespace

void write_source(const ObjectRef& host, const block::HostSource& source,
                  const HostContext& context, FileState& state) {
  const ObjectBundle fields = state.shared.place(
      host, layout_content(source), [&] { return create_fields(host, source, state.strings); });
  std::string coordinates = fmt::format("{} {}", fields[1].name, fields[2].name);
  std::vector<hobj_ref_t> dimensions = {context.time, fields.front().reference};
  std::string row_scale;
  if (!source.row_dimension.empty()) {
    row_scale = row_scale_name(host, source);
    const ObjectBundle rows = state.shared.place(host, row_content(source, row_scale), [&] {
      return create_rows(host, source, row_scale, state.strings);
    });
    for (std::size_t i = 1; i < rows.size(); ++i) coordinates += ' ' + rows[i].name;
    dimensions.insert(dimensions.begin() + 1, rows.front().reference);
  }
  const DatasetHandle dataset =
      write_chunks(host, source.name.c_str(), source.values, context.payload);
  const std::string path = fmt::format("{}/{}", host.path, source.name);
  const ObjectRef array{dataset.get(), host.file, path};
  if (source.values.shape.size() != dimensions.size())
    throw_at(array, fmt::format("has {} dimensions instead of {}", source.values.shape.size(),
                                dimensions.size()));
  write_dimensions(array, dimensions);
  write_array_attributes(array, source, row_scale, coordinates);
}

}  // namespace tscollect::store
