#include "options/run_status.hpp"

#include "base/text/integer_json.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace tscollect::options {

namespace {

using Json = nlohmann::ordered_json;

constexpr int schema = 1;
constexpr std::array<std::string_view, 6> state_names = {"launching", "starting", "sampling",
                                                         "stopping",  "ended",    "crashed"};

std::string to_text(const Json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Json optional_number(const std::optional<std::int64_t>& number) {
  return number ? Json(*number) : Json(nullptr);
}

/// A member of that type, or its default if absent.
template <class T>
void take(const nlohmann::json& object, const char* name, T& value) {
  if (const auto found = object.find(name); found != object.end() && !found->is_null())
    value = found->get<T>();
}

void take(const nlohmann::json& object, const char* name, std::optional<std::int64_t>& value) {
  if (const auto found = object.find(name); found != object.end() && !found->is_null())
    value = found->get<std::int64_t>();
}

template <class T, class Read>
Result<T> parse(std::string_view text, const Read& read) {
  try {
    const auto value = base::parse_whole_json(text);
    if (!value) return value.error();
    if (!value->is_object()) return Error{"not a JSON object"};
    T result;
    read(*value, result);
    return result;
  } catch (const nlohmann::json::exception& error) {
    return Error{error.what()};
  }
}

void read_status(const nlohmann::json& object, RunStatus& status) {
  std::string state;
  take(object, "state", state);
  for (std::size_t i = 0; i < state_names.size(); ++i)
    if (state == state_names[i]) status.state = static_cast<RunState>(i);
  take(object, "updated", status.updated);
  take(object, "version", status.version);
  take(object, "run_id", status.run_id);
  take(object, "host", status.host);
  take(object, "pid", status.pid);
  take(object, "output", status.output);
  take(object, "sampling_since", status.sampling_since);
  take(object, "ready", status.ready);
  take(object, "hosts_requested", status.hosts_requested);
  take(object, "hosts_sampling", status.hosts_sampling);
  take(object, "stop_reason", status.stop_reason);
  take(object, "written", status.written);
  take(object, "completeness", status.completeness);
  take(object, "hosts_collected", status.hosts_collected);
  take(object, "samples", status.samples);
  take(object, "bytes", status.bytes);
  take(object, "error", status.error);
  take(object, "recovery", status.recovery);
  take(object, "exit_status", status.exit_status);
  const nlohmann::json incomplete_hosts = object.value("trouble", nlohmann::json::array());
  for (const auto& entry : incomplete_hosts) {
    IncompleteHost error;
    take(entry, "host", error.host);
    take(entry, "why", error.why);
    status.incomplete_hosts.push_back(std::move(error));
  }
}

}  // namespace

std::string_view to_string(RunState state) noexcept {
  return state_names.at(static_cast<std::size_t>(state));
}

std::string status_json(const RunStatus& status) {
  Json value = {{"schema", schema},
                {"state", to_string(status.state)},
                {"updated", status.updated},
                {"version", status.version},
                {"run_id", status.run_id},
                {"host", status.host},
                {"pid", status.pid},
                {"output", status.output},
                {"sampling_since", status.sampling_since},
                {"ready", status.ready},
                {"hosts_requested", status.hosts_requested},
                {"hosts_sampling", status.hosts_sampling},
                {"stop_reason", status.stop_reason},
                {"written", status.written},
                {"completeness", status.completeness},
                {"hosts_collected", status.hosts_collected},
                {"samples", status.samples},
                {"bytes", status.bytes},
                {"trouble", Json::array()},
                {"error", status.error},
                {"recovery", status.recovery},
                {"exit_status", optional_number(status.exit_status)}};
  for (const IncompleteHost& each : status.incomplete_hosts)
    value["trouble"].push_back({{"host", each.host}, {"why", each.why}});
  return to_text(value);
}

Result<RunStatus> status_from_json(std::string_view text) {
  return parse<RunStatus>(text, read_status);
}

}  // namespace tscollect::options
