#include "run/launcher_files.hpp"

#include "run/builtin_launchers.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string_view>

namespace tscollect::run {

namespace {

using Json = nlohmann::json;
using Files = std::map<std::string, LauncherFile>;

constexpr std::string_view site_folder = "/etc/tscollect/launchers";

/// Throws nlohmann's exception if the text is not JSON. Comments are allowed.
Json parse(std::string_view text) {
  Json value = Json::parse(text, nullptr, true, true);
  if (!value.is_object()) throw std::runtime_error("not a JSON object");
  return value;
}

/// Adds the files of one folder whose names are not yet known. `prefix`: "" or "mpi/".
void add_files(const std::filesystem::path& folder, const std::string& prefix, Files& files) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() != ".json") continue;
    const std::string name = prefix + it->path().stem().string();
    if (files.contains(name)) continue;
    std::ifstream stream(it->path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) throw std::runtime_error(fmt::format("{}: cannot be read", it->path().string()));
    try {
      files[name] = {name, it->path().string(), parse(text)};
    } catch (const std::exception& reason) {
      throw std::runtime_error(fmt::format("{}: {}", it->path().string(), reason.what()));
    }
  }
}

}  // namespace

Result<Files> load_launchers(std::span<const std::filesystem::path> folders) {
  Files files;
  try {
    for (const auto& folder : folders) {
      add_files(folder, "", files);
      add_files(folder / "mpi", "mpi/", files);
    }
    for (const BuiltinLauncher& each : builtin_launchers())
      if (const std::string name(each.name); !files.contains(name))
        files[name] = {name, "built-in " + name, parse(each.text)};
  } catch (const std::exception& reason) {
    return Error{reason.what()};
  }
  return files;
}

std::vector<std::filesystem::path> launcher_folders(const std::filesystem::path& chosen,
                                                    const std::filesystem::path& program_folder) {
  std::vector<std::filesystem::path> folders;
  if (!chosen.empty()) folders.push_back(chosen);
  folders.emplace_back(site_folder);
  if (!program_folder.empty()) folders.push_back(program_folder / "../share/tscollect/launchers");
  return folders;
}

}  // namespace tscollect::run
