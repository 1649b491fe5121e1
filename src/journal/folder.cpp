#include "journal/folder.hpp"

#include "journal/owner.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

namespace tscollect::journal {

using base::Descriptor;

namespace {

constexpr std::string_view name_begin = "tscollect-";
constexpr std::string_view name_end = ".journal";

constexpr bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool has_journal_name(std::string_view name) {
  return name.starts_with(name_begin) && name.ends_with(name_end);
}

/// The common beginning of the names of a journal's parts: "tscollect-<run>-<host>".
std::string_view journal_of(std::string_view file_name) {
  file_name.remove_suffix(name_end.size());
  return file_name.substr(0, file_name.find('+'));
}

}  // namespace

bool is_being_written(const Descriptor& file) {
  const bool refused = flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (!refused) flock(file.get(), LOCK_UN);
  return refused;
}

std::string new_run_id() {
  std::random_device chance;
  return fmt::format(
      "{:%Y%m%dT%H%M%SZ}-{:08x}",
      fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())),
      chance());
}

std::string file_name(std::string_view run_id, std::string_view host, std::int64_t part,
                      std::string_view tag) {
  std::string escaped;
  for (const char c : host)
    escaped +=
        is_plain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  if (part > 0 || !tag.empty()) escaped += fmt::format("+{}", part);
  if (!tag.empty()) escaped += fmt::format(".{}", tag);
  return fmt::format("{}{}-{}{}", name_begin, run_id, escaped, name_end);
}

std::string run_id_of(std::string_view file_name) {
  std::string_view rest = file_name.substr(std::min(file_name.size(), name_begin.size()));
  return std::string(rest.substr(0, rest.find('-', rest.find('-') + 1)));
}

std::filesystem::path default_folder() {
  for (const char* name : {"SLURM_TMPDIR", "TMPDIR"}) {
    const char* value = std::getenv(name);
    std::error_code ignored;
    if (value != nullptr && *value != '\0' && std::filesystem::is_directory(value, ignored))
      return value;
  }
  return "/tmp";
}

std::vector<std::filesystem::path> journals_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!has_journal_name(entry.path().filename().string())) continue;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(entry.symlink_status(ignored)))
      found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::vector<std::filesystem::path> abandoned_in(const std::filesystem::path& folder,
                                                std::size_t most) {
  std::vector<std::filesystem::path> found;
  try {
    // Only the part being written is locked.
    std::map<std::string, std::filesystem::path> dead;
    std::set<std::string> alive;
    for (auto& path : journals_in(folder)) {
      const OpenedJournal opened = open_journal(path, geteuid());
      if (!opened.error.empty()) continue;
      std::string journal(journal_of(path.filename().native()));
      if (is_being_written(opened.file))
        alive.insert(std::move(journal));
      else
        dead.emplace(std::move(journal), std::move(path));
    }
    for (auto& [journal, path] : dead) {
      if (found.size() == most) break;
      if (!alive.contains(journal)) found.push_back(std::move(path));
    }
  } catch (const std::filesystem::filesystem_error&) {
    // If the folder cannot be read, creating a journal in it reports the error.
  }
  return found;
}

std::string shell_word(std::string_view text) {
  const auto needs_no_quotes = [](char c) {
    return is_plain(c) || c == '/' || c == '+' || c == ',';
  };
  if (!text.empty() && std::ranges::all_of(text, needs_no_quotes)) return std::string(text);
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

}  // namespace tscollect::journal
