// Reads the reference collector's JSON. Neither nlohmann::json's parser and destructor nor this
// code recurse beyond the known levels, so nesting depth is limited only by memory.
#include "base/text/utf8.hpp"
#include "store/json/json_value.hpp"

#include <tscollect/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace tscollect {

namespace {

using store::Json;

/// Path of a value; formatted only for an error.
struct Path {
  const Path* parent = nullptr;
  std::string_view key;
  std::optional<std::size_t> index;

  [[nodiscard]] std::string text() const {
    if (parent == nullptr) return {};
    const std::string front = parent->text();
    if (index) return fmt::format("{}[{}]", front, *index);
    return front.empty() ? std::string(key) : fmt::format("{}.{}", front, key);
  }
};

/// Thrown for a value of the wrong type; caught in sample_from_json and data_from_json.
struct WrongType {
  std::string message;
};

std::string_view type_of(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "null";
    case Json::value_t::object: return "an object";
    case Json::value_t::array: return "an array";
    case Json::value_t::string: return "a string";
    case Json::value_t::boolean: return "a boolean";
    default: return "a number";
  }
}

[[noreturn]] void fail(const Path& path, std::string_view expected, std::string_view found) {
  const std::string where = path.text();
  throw WrongType{fmt::format("{}: expected {}, found {}", where.empty() ? "document" : where,
                              expected, found)};
}

const Json::object_t& object_at(const Json& value, const Path& path) {
  if (!value.is_object()) fail(path, "an object", type_of(value));
  return value.get_ref<const Json::object_t&>();
}

const Json::array_t& array_at(const Json& value, const Path& path) {
  if (!value.is_array()) fail(path, "an array", type_of(value));
  return value.get_ref<const Json::array_t&>();
}

const std::string& string_at(const Json& value, const Path& path) {
  if (!value.is_string()) fail(path, "a string", type_of(value));
  return value.get_ref<const std::string&>();
}

double number_at(const Json& value, const Path& path) {
  if (!value.is_number()) fail(path, "a number", type_of(value));
  return value.get<double>();
}

bool fits_int64(const Json& value) {
  return !value.is_number_unsigned() ||
         value.get<std::uint64_t>() <=
             static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

std::int64_t integer_at(const Json& value, const Path& path) {
  if (!value.is_number()) fail(path, "an integer", type_of(value));
  if (!value.is_number_integer()) fail(path, "an integer", "a number with decimals");
  if (!fits_int64(value)) fail(path, "an integer below 2^63", value.dump());
  return value.get<std::int64_t>();
}

Value value_at(const Json& value, const Path& path) {
  if (!value.is_number()) fail(path, "a number", type_of(value));
  if (value.is_number_float()) return value.get<double>();
  if (fits_int64(value)) return value.get<std::int64_t>();
  return value.get<std::uint64_t>();
}

/// The member of that name, the last if there are several; nullptr if absent or null (Python
/// dataclasses write None as null).
const Json* find(const Json::object_t& object, std::string_view name) {
  const auto found = std::find_if(object.rbegin(), object.rend(),
                                  [&](const auto& member) { return member.first == name; });
  return found == object.rend() || found->second.is_null() ? nullptr : &found->second;
}

/// Calls read(value, path) if the member is there.
template <class Read>
void if_present(const Json::object_t& object, std::string_view name, const Path& path, Read read) {
  if (const Json* value = find(object, name)) read(*value, Path{&path, name, {}});
}

/// Calls read(element, path) for each element of an array.
template <class Read>
void for_each_element(const Json& value, const Path& path, Read read) {
  std::size_t index = 0;
  for (const Json& element : array_at(value, path)) read(element, Path{&path, {}, index++});
}

std::string required_string(const Json::object_t& object, std::string_view name, const Path& path) {
  const Path member{&path, name, {}};
  const Json* value = find(object, name);
  if (value == nullptr) fail(member, "a string", "nothing");
  return string_at(*value, member);
}

/// All members except the device's name. Of members with the same name the last value counts, at
/// the first one's position.
Fields read_fields(const Json::object_t& object, std::string_view row_name_field,
                   const Path& path) {
  Fields fields;
  std::unordered_map<std::string_view, std::size_t> positions;
  for (const auto& [name, value] : object) {
    if (value.is_null() || (name == row_name_field && !row_name_field.empty())) continue;
    const Value number = value_at(value, Path{&path, name, {}});
    const auto [position, is_new] = positions.emplace(name, fields.size());
    if (is_new)
      fields.emplace_back(name, number);
    else
      fields[position->second].second = number;
  }
  return fields;
}

SourceValues read_source(const Json& value, const SourceDescription& source, const Path& path) {
  if (source.row_dimension.empty()) return read_fields(object_at(value, path), {}, path);
  std::vector<DeviceFields> devices;
  for_each_element(value, path, [&](const Json& element, const Path& where) {
    const Json::object_t& object = object_at(element, where);
    devices.push_back({required_string(object, source.row_name_field, where),
                       read_fields(object, source.row_name_field, where)});
  });
  return devices;
}

std::map<std::string, std::string> read_errors(const Json& value, const Path& path) {
  std::map<std::string, std::string> errors;
  for (const auto& [source, message] : object_at(value, path))
    if (!message.is_null()) errors[source] = string_at(message, Path{&path, source, {}});
  return errors;
}

TimeSeriesSample read_sample(const Json& value, const std::vector<SourceDescription>& sources,
                             const Path& path) {
  const Json::object_t& object = object_at(value, path);
  TimeSeriesSample sample;
  sample.timestamp = required_string(object, "timestamp", path);
  sample.hostname = required_string(object, "hostname", path);
  for (const SourceDescription& source : sources)
    if_present(object, source.name, path, [&](const Json& member, const Path& where) {
      sample.sources.emplace(source.name, read_source(member, source, where));
    });
  if_present(object, "errors", path, [&](const Json& member, const Path& where) {
    sample.errors = read_errors(member, where);
  });
  return sample;
}

std::map<std::string, std::vector<TimeSeriesSample>> read_hosts(const Json& value,
                                                                const Path& path) {
  const std::vector<SourceDescription> sources = source_descriptions();
  std::map<std::string, std::vector<TimeSeriesSample>> hosts;
  for (const auto& [host, samples] : object_at(value, path)) {
    std::vector<TimeSeriesSample>& taken = hosts[host];
    taken.clear();
    if (samples.is_null()) continue;
    for_each_element(samples, Path{&path, host, {}}, [&](const Json& element, const Path& where) {
      taken.push_back(read_sample(element, sources, where));
    });
  }
  return hosts;
}

std::vector<std::string> read_names(const Json& value, const Path& path) {
  std::vector<std::string> names;
  for_each_element(value, path, [&](const Json& element, const Path& where) {
    names.push_back(string_at(element, where));
  });
  return names;
}

TimeSeriesData read_data(const Json& value, const Path& path) {
  const Json::object_t& object = object_at(value, path);
  TimeSeriesData data;
  const auto read = [&](std::string_view name, auto& target, auto read_value) {
    if_present(object, name, path,
               [&](const Json& member, const Path& where) { target = read_value(member, where); });
  };
  read("collection_interval_seconds", data.collection_interval_seconds, number_at);
  read("start_time", data.start_time, string_at);
  read("end_time", data.end_time, string_at);
  read("num_samples", data.num_samples, integer_at);
  read("samples_by_host", data.samples_by_host, read_hosts);
  read("collection_method", data.collection_method, string_at);
  read("hosts_requested", data.hosts_requested, read_names);
  read("hosts_collected", data.hosts_collected, read_names);
  return data;
}

/// nlohmann's message, from "parse error at line 1, column 5: …" on. It is shortened, as it quotes
/// the offending token, which may be as long as the text.
Error syntax_error(std::string_view message) {
  constexpr std::size_t longest = 300;
  if (const std::size_t end = message.find("] "); end != std::string_view::npos)
    message.remove_prefix(end + 2);
  return {fmt::format("not JSON: {}", base::shortened(message, longest))};
}

template <class Read>
auto parse_and_read(std::string_view text, Read read) -> Result<decltype(read(Json(), Path()))> {
  try {
    return read(Json::parse(text), Path());
  } catch (const Json::exception& error) {
    return syntax_error(error.what());
  } catch (const WrongType& error) {
    return Error{error.message};
  }
}

}  // namespace

Result<TimeSeriesSample> sample_from_json(std::string_view text) {
  return parse_and_read(text, [](const Json& value, const Path& path) {
    return read_sample(value, source_descriptions(), path);
  });
}

Result<TimeSeriesData> data_from_json(std::string_view text) {
  return parse_and_read(text, read_data);
}

}  // namespace tscollect
