#pragma once

#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/hdf5/string_pool.hpp"
#include "store/run_file/layout.hpp"
#include "store/run_file/layout_types.hpp"

#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tscollect::store {

// Writes what the layout describes. All functions throw StoreError.

template <class Value>
void write_value(const ObjectRef& object, const char* name, Presence presence, const Value& value) {
  if constexpr (std::is_same_v<Value, std::string>)
    write_text(object, name, value);
  else if constexpr (std::is_same_v<Value, std::vector<std::string>>)
    write_texts(object, name, value);
  else if constexpr (std::is_same_v<Value, double>)
    write_real(object, name, value);
  else if constexpr (std::is_same_v<Value, std::int64_t>) {
    if (value != 0 || presence == Presence::required) write_integer(object, name, value);
  } else {
    if (value) write_integer(object, name, *value);
  }
}

template <class Record, std::size_t Count>
void write_attributes(const ObjectRef& object,
                      const std::array<Attribute<Record>, Count>& attributes,
                      const Record& record) {
  for (const Attribute<Record>& attribute : attributes)
    std::visit(
        [&](const auto& field) {
          write_value(object, attribute.name, attribute.presence, field.get(record));
        },
        attribute.field);
}

/// The attributes that explain a dataset.
inline void write_explanation(const ObjectRef& dataset, const ListLayout& list) {
  const auto write = [&dataset](const char* attribute, const char* text) {
    if (text != nullptr) write_text(dataset, attribute, text);
  };
  write("long_name", list.long_name);
  write("units", list.units);
  write("standard_name", list.standard_name);
  write("unit", list.unit);
}

template <class Record>
std::vector<std::string> texts_of(const Field<Record, std::string>& field,
                                  std::span<const std::type_identity_t<Record>> records) {
  std::vector<std::string> texts;
  texts.reserve(records.size());
  for (const Record& record : records) texts.push_back(field.get(record));
  return texts;
}

/// The scale of a table; it stays open, for attributes of its own.
template <class Record, std::size_t Count>
DatasetHandle write_scale(const ObjectRef& group, const TableLayout<Record, Count>& table,
                          std::span<const std::type_identity_t<Record>> records,
                          StringPool& strings, std::string_view prefix = {}) {
  const std::string name = list_name(prefix, table.dimension);
  DatasetHandle scale;
  if (table.names) {
    scale = strings.write(group, name.c_str(), texts_of(*table.names, records));
  } else {
    std::vector<std::int64_t> numbers(records.size());
    std::iota(numbers.begin(), numbers.end(), 0);
    scale = write_list(group, name.c_str(), numbers);
  }
  write_scale_mark({scale.get(), group.file, group.path}, name);
  return scale;
}

template <class Record>
void write_column(const ObjectRef& group, const std::string& name, hobj_ref_t scale,
                  const Column<Record>& column,
                  std::span<const std::type_identity_t<Record>> records, StringPool& strings) {
  bool all_known = true;
  DatasetHandle dataset;
  if (const auto* texts = std::get_if<Field<Record, std::string>>(&column.field)) {
    dataset = strings.write(group, name.c_str(), texts_of(*texts, records));
  } else {
    const auto& field = std::get<Field<Record, std::int64_t>>(column.field);
    std::vector<std::int64_t> values;
    values.reserve(records.size());
    for (const Record& record : records) {
      const bool known = column.is_known == nullptr || column.is_known(record);
      values.push_back(known ? field.get(record) : missing_integer);
      all_known = all_known && known;
    }
    dataset = write_list(group, name.c_str(), values);
  }
  const ObjectRef object{dataset.get(), group.file, group.path};
  write_dimensions(object, {{scale}});
  write_explanation(object, column.list);
  if (!all_known) write_integer(object, layout::fill_value, missing_integer);
}

/// The lists along the scale, which has to be in the group.
template <class Record, std::size_t Count>
void write_columns(const ObjectRef& group, const TableLayout<Record, Count>& table,
                   std::span<const std::type_identity_t<Record>> records, StringPool& strings,
                   std::string_view prefix = {}) {
  const hobj_ref_t scale = reference_to(group, list_name(prefix, table.dimension).c_str());
  for (const Column<Record>& column : table.columns)
    write_column(group, list_name(prefix, column.list.name), scale, column, records, strings);
}

template <class Record, std::size_t Count>
void write_table(const ObjectRef& group, const TableLayout<Record, Count>& table,
                 std::span<const std::type_identity_t<Record>> records, StringPool& strings) {
  static_cast<void>(write_scale(group, table, records, strings));
  write_columns(group, table, records, strings);
}

}  // namespace tscollect::store
