#include "tool/validate/validate.hpp"
#include "base/format.hpp"
#include "store/json/json_schema.hpp"
#include "store/json/json_value.hpp"
#include "store/json/sidecar_phases.hpp"
#include "store/hdf5/store_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <utility>

namespace tscollect::tool {

namespace {

using store::Diagnostics;
using store::Json;

/// The value at a member, the last of its name; null if there is none.
Json member(const Json& object, std::string_view name) {
  if (!object.is_object()) return {};
  const auto& members = object.get_ref<const Json::object_t&>();
  const auto found = std::find_if(members.rbegin(), members.rend(),
                                  [&](const auto& each) { return each.first == name; });
  return found == members.rend() ? Json() : found->second;
}

class SidecarComparison {
 public:
  SidecarComparison(std::string place, const Json& object, Diagnostics& diagnostics)
      : place_(std::move(place)), object_(object), diagnostics_(diagnostics) {}

  /// `wanted`: the value in the run's file.
  template <class T>
  void expect(std::string_view name, const T& wanted) {
    const Json found = member(object_, name);
    // Converted like a written one: invalid UTF-8 in a file's name is replaced in JSON.
    const Json expected = Json::parse(store::to_text(Json(wanted), -1));
    if (found != expected)
      diagnostics_.error("sidecar", fmt::format("{}.{}", place_, name),
                         fmt::format("is {} here and {} in the run's file",
                                     store::to_text(found, -1), store::to_text(expected, -1)));
  }

 private:
  std::string place_;
  const Json& object_;
  Diagnostics& diagnostics_;
};

void compare_host(const block::HostOutcome& host, const Json& hosts, Diagnostics& diagnostics) {
  const Json value = member(hosts, host.summary.name);
  const std::string place = fmt::format("$.hosts.{}", host.summary.name);
  if (!value.is_object()) {
    diagnostics.error("sidecar", place, "is missing here and present in the run's file");
    return;
  }
  SidecarComparison host_values(place, value, diagnostics);
  host_values.expect("state", std::string(block::to_string(host.state)));
  host_values.expect("samples", host.summary.samples);
  if (host.state == block::HostState::missing) return;
  host_values.expect("missed_ticks", host.summary.missed_ticks);
  host_values.expect("dropped_samples", host.summary.dropped_samples);
  host_values.expect("errors", host.summary.error_count);
}

void compare(const Json& value, const RunFacts& facts, Diagnostics& diagnostics) {
  SidecarComparison head("$", value, diagnostics);
  head.expect("hdf5_file", facts.file_name);
  head.expect("num_samples", facts.run.num_samples);
  head.expect("completeness", std::string(block::to_string(facts.run.completeness)));
  head.expect("start_time", facts.run.start_time);
  head.expect("end_time", facts.run.end_time);
  head.expect("hosts_requested", facts.run.hosts_requested);
  head.expect("hosts_collected", facts.run.hosts_collected);
  if (!facts.run.phases.empty() || !member(value, "phases").is_null())
    head.expect("phases", store::phases_to_value(facts.run.phases));
  const Json hosts = member(value, "hosts");
  std::set<std::string> names;
  for (const block::HostOutcome& host : facts.hosts) {
    names.insert(host.summary.name);
    compare_host(host, hosts, diagnostics);
  }
  if (!hosts.is_object()) return;
  for (const auto& [name, host] : hosts.get_ref<const Json::object_t&>())
    if (!names.contains(name))
      diagnostics.error("sidecar", fmt::format("$.hosts.{}", name), "is not in the run's file");
}

}  // namespace

std::string read_sidecar(const std::filesystem::path& path) {
  // Ten times the size of a sidecar of 10,000 hosts.
  constexpr std::size_t most_bytes = std::size_t{64} << 20U;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw store::StoreError(fmt::format("{}: cannot open", path.string()));
  std::string text;
  std::array<char, std::size_t{1} << 16U> piece{};
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > most_bytes)
      throw store::StoreError(
          fmt::format("{}: is larger than any sidecar ({} MiB)", path.string(), most_bytes >> 20U));
  }
  return text;
}

void check_sidecar(std::string_view text, const std::optional<RunFacts>& facts,
                   Diagnostics& diagnostics) {
  static const store::JsonSchema schema(store::sidecar_schema_text());
  try {
    const Json value = Json::parse(text);
    if (facts && value.is_object() && !store::is_sidecar(value)) {
      diagnostics.add({store::Severity::warning, "sidecar", "$", std::nullopt,
                       "is no sidecar: another program has written a file of its name"});
      return;
    }
    schema.check(value, diagnostics);
    if (facts && value.is_object()) compare(value, *facts, diagnostics);
  } catch (const Json::exception& error) {
    diagnostics.error("schema", "$",
                      fmt::format("is not JSON: {}", base::displayed(error.what(), 200)));
  }
}

void validate_sidecar(const std::filesystem::path& path, Verdict& verdict) {
  verdict.kind = "sidecar";
  try {
    check_sidecar(read_sidecar(path), std::nullopt, verdict.diagnostics);
  } catch (const store::StoreError& error) {
    verdict.unreadable = error.what();
  }
}

}  // namespace tscollect::tool
