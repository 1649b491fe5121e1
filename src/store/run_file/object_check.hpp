#pragma once

#include "store/run_file/diagnostic.hpp"
#include "store/run_file/layout_reader.hpp"
#include "store/run_file/layout_types.hpp"

#include <tscollect/source.hpp>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::store {

// Checks of single objects against their description in the layout.

/// "<object.path>/<name>"
[[nodiscard]] std::string path_of(const ObjectRef& object, const std::string& name);

/// Runs a check. A StoreError that it throws becomes an error of `rule` at the path in its message.
void guarded(const ObjectRef& object, std::string_view rule, Diagnostics& diagnostics,
             const std::function<void()>& check);

/// Checks that the attribute has this text.
void expect_text(const ObjectRef& object, const char* attribute, const std::string& wanted,
                 Diagnostics& diagnostics);

template <class Record, std::size_t Count>
void check_attributes(const ObjectRef& object,
                      const std::array<Attribute<Record>, Count>& attributes,
                      Diagnostics& diagnostics) {
  const auto check = [&]<class Value>(const char* name, const Field<Record, Value>&) {
    const auto value = read_value<Value>(object, name);
    bool is_there = value.has_value();
    if constexpr (std::is_same_v<Value, std::string>) is_there = !value->empty();
    if (!is_there) diagnostics.error("attribute", object.path, "has no attribute {}", name);
  };
  for (const Attribute<Record>& attribute : attributes)
    if (attribute.presence == Presence::required)
      guarded(object, "attribute", diagnostics, [&] {
        std::visit([&](const auto& field) { check(attribute.name, field); }, attribute.field);
      });
}

/// What a dataset has to be.
struct DatasetLayout {
  std::string name;
  std::vector<std::string> scales;  ///< of its dimensions, in the same group; its own: it is one
  ListLayout list{};
  std::optional<ValueType> array{};  ///< an array in chunks, of this type
};

/// Passes the dataset, open, to `check`.
void with_dataset(const ObjectRef& group, const std::string& name, Diagnostics& diagnostics,
                  const std::function<void(const ObjectRef& dataset)>& check);

/// Checks an open dataset of the group.
void check_dataset(const ObjectRef& group, const ObjectRef& dataset, const DatasetLayout& wanted,
                   Diagnostics& diagnostics);
void check_dataset(const ObjectRef& group, const DatasetLayout& wanted, Diagnostics& diagnostics);

template <class Record, std::size_t Count>
void check_table(const ObjectRef& group, const TableLayout<Record, Count>& table,
                 Diagnostics& diagnostics, std::string_view prefix = {}) {
  const std::string scale = list_name(prefix, table.dimension);
  check_dataset(group, {scale, {scale}}, diagnostics);
  for (const Column<Record>& column : table.columns) {
    const std::string name = list_name(prefix, column.list.name);
    if (column.presence == Presence::required || has_link(group, name))
      check_dataset(group, {name, {scale}, column.list}, diagnostics);
  }
}

/// Names of the links of a group.
[[nodiscard]] std::vector<std::string> link_names(const ObjectRef& group);

}  // namespace tscollect::store
