#pragma once

// The terms in which run_layout.hpp and host_layout.hpp describe the file. The writer, the reader
// and the checks of `tscollect validate` all use these descriptions.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tscollect::store {

/// A value of a record that is stored in the file.
template <class Record, class Value>
struct Field {
  Value (*get)(const Record&);
  /// May take the value. False: the record cannot have such a value. nullptr: it is not read.
  bool (*set)(Record&, Value&);
};

/// The field at the end of a path of members.
template <class Record, auto... Path>
constexpr auto member() {
  using Value = std::remove_reference_t<decltype((std::declval<Record&>().*....*Path))>;
  const auto get = [](const Record& record) -> Value { return (record.*....*Path); };
  const auto set = [](Record& record, Value& value) {
    (record.*....*Path) = std::move(value);
    return true;
  };
  return Field<Record, Value>{get, set};
}

/// A member of an enumeration type, as the name that to_string() gives it.
template <class Record, auto Member, auto... Enumerators>
constexpr Field<Record, std::string> name_of() {
  const auto get = [](const Record& record) { return std::string(to_string(record.*Member)); };
  const auto set = [](Record& record, std::string& name) {
    for (const auto enumerator : {Enumerators...}) {
      if (to_string(enumerator) != name) continue;
      record.*Member = enumerator;
      return true;
    }
    return false;
  };
  return {get, set};
}

enum class Presence : std::uint8_t {
  optional,  ///< left out if it is empty or 0
  required,
};

/// An attribute of an object that is described by a record.
template <class Record>
struct Attribute {
  const char* name = nullptr;
  std::variant<Field<Record, std::string>, Field<Record, std::vector<std::string>>,
               Field<Record, std::int64_t>, Field<Record, std::optional<std::int64_t>>,
               Field<Record, double>>
      field;
  Presence presence = Presence::optional;
};

/// A dataset with its explaining attributes; nullptr: it does not have that attribute.
struct ListLayout {
  const char* name = nullptr;
  const char* long_name = nullptr;
  /// Of durations. Not "units": xarray would convert the integers to timedelta64, which not all
  /// versions preserve.
  const char* unit = nullptr;
  const char* units = nullptr;  ///< of times
  const char* standard_name = nullptr;
};

/// A list along the records of a table.
template <class Record>
struct Column {
  ListLayout list;
  std::variant<Field<Record, std::int64_t>, Field<Record, std::string>> field;
  /// Optional: files of older minor versions may lack the list, and its values may be missing.
  Presence presence = Presence::required;
  bool (*is_known)(const Record&) = nullptr;  ///< nullptr: always
};

/// Lists along one dimension: a dimension scale, and a list for each member of the records.
template <class Record, std::size_t Count>
struct TableLayout {
  const char* dimension = nullptr;
  /// The texts in the scale; nothing: the numbers of the records, from 0.
  std::optional<Field<Record, std::string>> names;
  std::array<Column<Record>, Count> columns;
  bool names_are_unique = false;
};

/// The name of a list; `prefix`: of the source, if the table is one of a source.
[[nodiscard]] inline std::string list_name(std::string_view prefix, const char* name) {
  return std::string(prefix) + name;
}

}  // namespace tscollect::store
