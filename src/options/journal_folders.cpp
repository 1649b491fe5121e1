#include "options/journal_folders.hpp"

#include "journal/folder.hpp"
#include "options/allocation.hpp"
#include "options/config_file.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace tscollect::options {

namespace {

/// An option file that was read.
struct OptionFile {
  std::filesystem::path path;
  std::string text;
};

/// Those that exist, in increasing precedence.
std::vector<OptionFile> option_files(std::vector<std::string>& warnings) {
  std::vector<OptionFile> files;
  const auto add = [&](const std::filesystem::path& path,
                       const Result<std::optional<std::string>>& text) {
    if (!text)
      warnings.push_back(text.error().message + "; the file is ignored");
    else if (*text)
      files.push_back({path, **text});
  };
  for (const StandingConfig& file : standing_configs()) add(file.path, read_standing_config(file));
  if (const auto asked = from_environment("TSCOLLECT_CONFIG")) {
    const auto text = read_config(*asked);
    add(*asked, text ? Result<std::optional<std::string>>(*text) : text.error());
  }
  return files;
}

/// What the file says to the program; empty: nothing.
std::string folder_of(const OptionFile& file, std::string_view program,
                      std::vector<std::string>& warnings) {
  const auto settings = parse_config(file.text, file.path, program);
  if (!settings) {
    const std::string warning = settings.error().message + "; the file is ignored";
    if (std::ranges::find(warnings, warning) == warnings.end()) warnings.push_back(warning);
    return {};
  }
  std::string folder;
  for (const Setting& setting : *settings)
    if (setting.name == "journal-dir") folder = setting.value;
  return folder;
}

}  // namespace

JournalFolders journal_folders() {
  JournalFolders found;
  if (const auto folder = from_environment("TSCOLLECT_JOURNAL_DIR")) {
    found.folders.emplace_back(*folder);
    return found;
  }
  const std::vector<OptionFile> files = option_files(found.warnings);
  for (const char* program : {"tscollect-mpi", "tscollect-run"}) {
    std::filesystem::path folder;
    for (const OptionFile& file : files)
      if (const std::string said = folder_of(file, program, found.warnings); !said.empty())
        folder = said;
    if (folder.empty()) folder = journal::default_folder();
    if (std::ranges::find(found.folders, folder) == found.folders.end())
      found.folders.push_back(folder);
  }
  return found;
}

}  // namespace tscollect::options
