#include "store/json/sidecar.hpp"

#include "base/files/durable_file.hpp"
#include "base/files/text_file.hpp"
#include "base/text/utc_text.hpp"
#include "store/hdf5/store_error.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace tscollect::store {

namespace {

/// Ten times the size of a sidecar of 10,000 hosts.
constexpr std::size_t most_bytes = std::size_t{64} << 20U;

/// Sets a member, in its place or at the end.
void set(Json& object, std::string_view name, Json value) {
  auto& members = object.get_ref<Json::object_t&>();
  const auto found = std::ranges::find(
      members, name, [](const auto& each) { return std::string_view(each.first); });
  if (found == members.end())
    members.emplace_back(name, std::move(value));
  else
    found->second = std::move(value);
}

}  // namespace

bool is_sidecar(const Json& value) {
  constexpr std::array<std::string_view, 3> own = {"hdf5_file", "tscollect_version",
                                                   "hosts_collected"};
  if (!value.is_object()) return false;
  return std::ranges::any_of(value.get_ref<const Json::object_t&>(), [&](const auto& each) {
    return std::ranges::find(own, each.first) != own.end();
  });
}

std::string read_sidecar(const std::filesystem::path& path) {
  std::error_code ignored;
  if (const auto bytes = std::filesystem::file_size(path, ignored); !ignored && bytes > most_bytes)
    throw StoreError(
        fmt::format("{}: is larger than any sidecar ({} MiB)", path.string(), most_bytes >> 20U));
  auto text = base::read_text_file(path, most_bytes);
  if (!text) throw StoreError(text.error().message);
  return std::move(*text);
}

Json phases_to_value(std::span<const block::RunPhase> phases) {
  Json list = Json::array();
  for (const block::RunPhase& phase : phases) {
    Json value = Json::object();
    value["name"] = phase.name;
    value["begin"] = base::utc_text(phase.begin_ns);
    value["end"] = base::utc_text(phase.end_ns);
    if (!phase.host.empty()) value["host"] = phase.host;
    value["level"] = phase.level;
    list.push_back(std::move(value));
  }
  return list;
}

void insert_into_sidecar(const base::FilePlace& sidecar, std::span<const block::RunPhase> phases,
                         std::string_view history) {
  std::error_code none;
  if (!std::filesystem::exists(std::filesystem::symlink_status(sidecar.path(), none))) return;
  constexpr bool throws = false;
  Json value = Json::parse(read_sidecar(sidecar.path()), nullptr, throws);
  if (!is_sidecar(value)) return;
  const Json* told = find_member(value, "history");
  std::string lines =
      told != nullptr && told->is_string() ? told->get<std::string>() : std::string();
  if (!lines.empty()) lines += '\n';
  set(value, "history", lines.append(history));
  set(value, "schema_version", schema_version);
  set(value, "phases", phases_to_value(phases));
  base::DurableFile file(sidecar, base::Existing::replace);
  file.write(to_text(value, sidecar_indent) + "\n");
  file.publish();
}

}  // namespace tscollect::store
