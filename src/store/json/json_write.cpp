#include "store/json/json_value.hpp"

#include "base/text/visible_json.hpp"

#include <tscollect/json.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <variant>

namespace tscollect::store {

namespace {

// The device's name in JSON for a source that this build does not know, from a newer one's file.
constexpr std::string_view unknown_row_name_field = "name";

void append(Json::object_t& object, std::string_view name, Json value) {
  object.emplace_back(std::string(name), std::move(value));
}

void append_fields(Json::object_t& object, const Fields& fields) {
  for (const auto& [name, value] : fields) {
    const double* real = std::get_if<double>(&value);
    if (real != nullptr && !std::isfinite(*real)) continue;  // JSON has no such number
    append(object, name, std::visit([](auto number) { return Json(number); }, value));
  }
}

Json flat_source(const Fields& fields) {
  Json::object_t object;
  append_fields(object, fields);
  return object;
}

Json device_source(const std::vector<DeviceFields>& devices, std::string_view row_name_field) {
  Json::array_t rows;
  for (const DeviceFields& device : devices) {
    Json::object_t row;
    append(row, row_name_field, device.name);
    append_fields(row, device.fields);
    rows.emplace_back(std::move(row));
  }
  return rows;
}

Json source_to_value(const SourceValues& values, std::string_view row_name_field) {
  if (const auto* fields = std::get_if<Fields>(&values)) return flat_source(*fields);
  return device_source(std::get<std::vector<DeviceFields>>(values),
                       row_name_field.empty() ? unknown_row_name_field : row_name_field);
}

void append_sources(Json::object_t& object, const TimeSeriesSample& sample) {
  const std::vector<SourceDescription> known = source_descriptions();
  for (const SourceDescription& description : known) {
    const auto found = sample.sources.find(std::string(description.name));
    if (found == sample.sources.end()) continue;
    append(object, description.name, source_to_value(found->second, description.row_name_field));
  }
  for (const auto& [name, values] : sample.sources)
    if (std::ranges::find(known, name, &SourceDescription::name) == known.end())
      append(object, name, source_to_value(values, {}));
}

}  // namespace

const Json* find_member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto& members = object.get_ref<const Json::object_t&>();
  const auto found = std::find_if(members.rbegin(), members.rend(),
                                  [&](const auto& member) { return member.first == name; });
  return found == members.rend() ? nullptr : &found->second;
}

std::string to_text(const Json& value, int indent) {
  return base::visible_json(value.dump(indent, ' ', false, Json::error_handler_t::replace));
}

Json to_value(const TimeSeriesSample& sample) {
  Json::object_t object;
  append(object, "timestamp", sample.timestamp);
  append(object, "hostname", sample.hostname);
  append_sources(object, sample);
  if (sample.errors) {
    Json::object_t errors;
    for (const auto& [source, message] : *sample.errors) append(errors, source, message);
    append(object, "errors", std::move(errors));
  }
  return object;
}

Json head_to_value(const TimeSeriesData& data) {
  Json::object_t object;
  if (std::isfinite(data.collection_interval_seconds))
    append(object, "collection_interval_seconds", data.collection_interval_seconds);
  append(object, "start_time", data.start_time);
  append(object, "end_time", data.end_time);
  append(object, "num_samples", data.num_samples);
  append(object, "collection_method", data.collection_method);
  append(object, "hosts_requested", data.hosts_requested);
  append(object, "hosts_collected", data.hosts_collected);
  return object;
}

}  // namespace tscollect::store

namespace tscollect {

std::string to_json(const TimeSeriesSample& sample, int indent) {
  return store::to_text(store::to_value(sample), indent);
}

std::string to_json(const TimeSeriesData& data, int indent) {
  store::Json value = store::head_to_value(data);
  store::Json::object_t hosts;
  for (const auto& [host, samples] : data.samples_by_host) {
    store::Json::array_t values;
    for (const TimeSeriesSample& sample : samples) values.push_back(store::to_value(sample));
    hosts.emplace_back(host, std::move(values));
  }
  value.get_ref<store::Json::object_t&>().emplace_back("samples_by_host", std::move(hosts));
  return store::to_text(value, indent);
}

}  // namespace tscollect
