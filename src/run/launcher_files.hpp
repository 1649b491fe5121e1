#pragma once

#include <tscollect/result.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace tscollect::run {

/// Contents of a launcher file; docs/launching.md describes it.
struct LauncherFile {
  std::string name;  ///< "slurm", "mpi/openmpi"
  std::string path;  ///< for messages; "built-in slurm"
  nlohmann::json content;
};

/// All launcher files by name. A file NAME.json or mpi/NAME.json replaces the built-in one; the
/// first of `folders` that has it is used.
[[nodiscard]] Result<std::map<std::string, LauncherFile>> load_launchers(
    std::span<const std::filesystem::path> folders);

/// Folders searched for launcher files: `chosen` (may be empty), the site's folder, and the one
/// installed with the program in `program_folder`.
[[nodiscard]] std::vector<std::filesystem::path> launcher_folders(
    const std::filesystem::path& chosen, const std::filesystem::path& program_folder);

}  // namespace tscollect::run
