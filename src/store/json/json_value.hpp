#pragma once

#include <tscollect/data.hpp>
#include <tscollect/sample.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace tscollect::store {

/// An object's members in their order. Unlike nlohmann::ordered_map, adding a member does not
/// search for an earlier one of that name: n² comparisons would let a hostile text of a few
/// megabytes keep a reader busy for hours. Writers add each name once; readers use the last member
/// of a name.
template <class Key, class T, class IgnoredLess, class Allocator>
struct AppendingMap : nlohmann::ordered_map<Key, T, IgnoredLess, Allocator> {
  using Base = nlohmann::ordered_map<Key, T, IgnoredLess, Allocator>;
  using Base::Base;

  T& operator[](const Key& key) { return Base::Container::emplace_back(key, T{}).second; }
  T& operator[](Key&& key) { return Base::Container::emplace_back(std::move(key), T{}).second; }
};

using Json = nlohmann::basic_json<AppendingMap>;

/// The member of an object, the last of its name; nullptr if there is none.
[[nodiscard]] const Json* find_member(const Json& object, std::string_view name);

/// The text: integers exact, invalid UTF-8 replaced by U+FFFD, terminal control characters escaped.
/// `indent`: as for nlohmann::json::dump.
[[nodiscard]] std::string to_text(const Json& value, int indent);

/// A sample in the reference collector's shape; absent and non-finite values are left out.
[[nodiscard]] Json to_value(const TimeSeriesSample& sample);

/// Everything of `data` except samples_by_host.
[[nodiscard]] Json head_to_value(const TimeSeriesData& data);

}  // namespace tscollect::store
