#pragma once

#include <tscollect/result.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace tscollect::run {

/// What a launcher file holds; docs/launching.md describes it.
struct LauncherFile {
  std::string name;  ///< "slurm", "mpi/openmpi"
  std::string path;  ///< for messages; "built-in slurm"
  nlohmann::json content;
};

/// All launcher files by name. A file NAME.json or mpi/NAME.json in one of `folders`, the first
/// first, takes the place of the built-in one.
[[nodiscard]] Result<std::map<std::string, LauncherFile>> load_launchers(
    std::span<const std::filesystem::path> folders);

/// Where they may be, besides `chosen` (may be empty), which comes first: the site's folder, and
/// the one installed with the program in `program_folder`.
[[nodiscard]] std::vector<std::filesystem::path> launcher_folders(
    const std::filesystem::path& chosen, const std::filesystem::path& program_folder);

}  // namespace tscollect::run
