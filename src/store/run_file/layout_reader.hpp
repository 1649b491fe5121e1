#pragma once

#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/run_file/layout_check.hpp"
#include "store/run_file/layout_types.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tscollect::store {

// Reads what the layout describes. The file is untrusted. All functions throw StoreError.

/// Nothing: there is no such attribute. An absent text is empty.
template <class Value>
std::optional<Value> read_value(const ObjectRef& object, const char* name) {
  if constexpr (std::is_same_v<Value, std::string>)
    return read_text(object, name);
  else if constexpr (std::is_same_v<Value, std::vector<std::string>>)
    return read_texts(object, name);
  else if constexpr (std::is_same_v<Value, double>)
    return read_real(object, name);
  else
    return read_integer(object, name);
}

template <class Record, class Value>
void read_attribute(const ObjectRef& object, const Attribute<Record>& attribute,
                    const Field<Record, Value>& field, Record& record) {
  auto value = read_value<Value>(object, attribute.name);
  bool is_there = value.has_value();
  if constexpr (std::is_same_v<Value, std::string>) is_there = !value->empty();
  if (!is_there && attribute.presence == Presence::required)
    report(object, "attribute", "has no attribute {}", attribute.name);
  if (value && field.set != nullptr && !field.set(record, *value))
    throw_at(object, fmt::format("has the unknown {} '{}'", attribute.name,
                                 read_text(object, attribute.name)));
}

/// Members of the record whose attribute is absent keep their value.
template <class Record, std::size_t Count>
void read_attributes(const ObjectRef& object,
                     const std::array<Attribute<Record>, Count>& attributes, Record& record) {
  for (const Attribute<Record>& attribute : attributes)
    std::visit(
        [&](const auto& field) {
          const auto read = [&] { read_attribute(object, attribute, field, record); };
          if (field.set != nullptr)
            read();
          else
            guarded(object, "attribute", read);
        },
        attribute.field);
}

template <class Value>
std::vector<Value> read_values(const ObjectRef& group, const std::string& name) {
  if constexpr (std::is_same_v<Value, std::string>)
    return read_strings(group, name);
  else
    return read_list(group, name);
}

/// Gives each record its value from a list.
template <class Record, class Value>
void set_values(const ObjectRef& group, const std::string& list, const Field<Record, Value>& field,
                Presence presence, std::vector<Value>& values, std::vector<Record>& records) {
  check_length(group, list, values.size(), records.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if constexpr (std::is_same_v<Value, std::int64_t>)
      if (presence == Presence::optional && values[i] == missing_integer) continue;
    if (!field.set(records[i], values[i]))
      throw_at(group, fmt::format("has the unknown {} '{}'", list, values[i]));
  }
}

inline void require_unique(const ObjectRef& group, const std::string& scale,
                           const std::vector<std::string>& names) {
  std::set<std::string_view> seen;
  for (const std::string& name : names)
    if (!seen.insert(name).second)
      throw_at(group, fmt::format("has the {} '{}' twice", scale, name));
}

template <class Record, std::size_t Count>
std::vector<Record> read_table(const ObjectRef& group, const TableLayout<Record, Count>& table,
                               std::string_view prefix = {}) {
  const std::string scale = list_name(prefix, table.dimension);
  std::vector<std::string> names;
  if (table.names) names = read_strings(group, scale);
  const std::size_t count = table.names ? names.size() : read_list(group, scale).size();
  if (table.names_are_unique) require_unique(group, scale, names);
  charge(group, scale, count * sizeof(Record));
  std::vector<Record> records(count);
  if (table.names) set_values(group, scale, *table.names, Presence::required, names, records);
  check_dataset(group, {scale, {scale}});
  for (const Column<Record>& column : table.columns) {
    const std::string name = list_name(prefix, column.list.name);
    if (column.presence == Presence::optional && !has_link(group, name)) continue;
    std::visit(
        [&]<class Value>(const Field<Record, Value>& field) {
          std::vector<Value> values = read_values<Value>(group, name);
          set_values(group, name, field, column.presence, values, records);
        },
        column.field);
    check_dataset(group, {name, {scale}, column.list});
  }
  return records;
}

/// Without the table's scale there are no records.
template <class Record, std::size_t Count>
std::vector<Record> read_optional_table(const ObjectRef& group,
                                        const TableLayout<Record, Count>& table) {
  return has_link(group, table.dimension) ? read_table(group, table) : std::vector<Record>();
}

}  // namespace tscollect::store
