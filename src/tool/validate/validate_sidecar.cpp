#include "base/text/format.hpp"
#include "store/hdf5/store_error.hpp"
#include "store/json/json_schema.hpp"
#include "store/json/sidecar.hpp"
#include "tool/validate/validate.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

namespace tscollect::tool {

namespace {

using store::Diagnostics;
using store::Json;

/// Nothing: it is not JSON.
std::optional<Json> parsed(const std::string& text, Diagnostics& diagnostics) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    diagnostics.error("schema", "$", "is not JSON: {}", base::displayed(error.what(), 200));
    return std::nullopt;
  }
}

void check_schema(const Json& value, Diagnostics& diagnostics) {
  static const store::JsonSchema schema(store::sidecar_schema_text());
  schema.check(value, diagnostics);
}

/// Whether the value tells something. What is unknown is left out of a sidecar.
bool is_known(const Json& value) {
  // A text in JSON is never empty() in the sense of the library.
  return !value.empty() && value != "" && value != 0;  // NOLINT(readability-container-size-empty)
}

/// The value as it is read from a sidecar.
Json as_read(const Json& value) { return Json::parse(store::to_text(value, -1)); }

/// Compares a value of the sidecar with the one that is written for the run.
void compare(const std::string& place, const Json& found, const Json& wanted,
             Diagnostics& diagnostics) {
  if (!found.is_object() || !wanted.is_object()) {
    const std::string text = store::to_text(wanted, -1);
    // Bytes that are not UTF-8 may have been replaced by more or fewer characters.
    if (found != wanted && text.find("\uFFFD") == std::string::npos)
      diagnostics.error("sidecar", place, "is {} here and {} in the run's file",
                        store::to_text(found, -1), text);
    return;
  }
  for (const auto& [name, value] : wanted.get_ref<const Json::object_t&>()) {
    const std::string member_place = fmt::format("{}.{}", place, name);
    if (const Json* member = store::find_member(found, name))
      compare(member_place, *member, value, diagnostics);
    else if (is_known(value))
      diagnostics.error("sidecar", member_place, "is missing here and {} in the run's file",
                        value.is_object() ? "present" : store::to_text(value, -1));
  }
}

void compare_hosts(const Json& sidecar, const store::RunFileReader& run, Diagnostics& diagnostics) {
  static const Json none = Json::object();
  const Json* member = store::find_member(sidecar, "hosts");
  const Json& hosts = member != nullptr && member->is_object() ? *member : none;
  std::set<std::string_view> names;
  for (const block::HostOutcome& host : run.hosts()) names.insert(host.summary.name);
  for (const auto& [name, host] : hosts.get_ref<const Json::object_t&>())
    if (!names.contains(name))
      diagnostics.error("sidecar", fmt::format("$.hosts.{}", name), "is not in the run's file");
  for (const block::HostOutcome& host : run.hosts()) {
    Json wanted = Json::object();
    wanted[host.summary.name] = store::sidecar_host(host);
    compare("$.hosts", hosts, as_read(wanted), diagnostics);
  }
}

}  // namespace

void check_sidecar(const std::filesystem::path& sidecar, const std::string& run_file,
                   const store::RunFileReader& run, Diagnostics& diagnostics) {
  const std::optional<Json> value = parsed(store::read_sidecar(sidecar), diagnostics);
  if (!value) return;
  if (value->is_object() && !store::is_sidecar(*value)) {
    diagnostics.warn("sidecar", "$", std::nullopt,
                     "is no sidecar: another program has written a file of its name");
    return;
  }
  check_schema(*value, diagnostics);
  if (!value->is_object()) return;
  Json head = store::sidecar_head(run_file, run.run());
  head.erase("schema_version");  // those of the tscollect that wrote the sidecar
  head.erase("tscollect_version");
  if (run.run().phases.empty()) head["phases"] = Json::array();
  compare("$", *value, as_read(head), diagnostics);
  compare_hosts(*value, run, diagnostics);
}

void validate_sidecar(const std::filesystem::path& path, Verdict& verdict) {
  verdict.kind = "sidecar";
  try {
    const std::optional<Json> value = parsed(store::read_sidecar(path), verdict.diagnostics);
    if (value) check_schema(*value, verdict.diagnostics);
  } catch (const store::StoreError& error) {
    verdict.unreadable = error.what();
  }
}

}  // namespace tscollect::tool
