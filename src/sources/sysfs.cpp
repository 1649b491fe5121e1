#include "sources/sysfs.hpp"

#include "procfs/proc_file.hpp"
#include "procfs/scan.hpp"

#include <algorithm>

namespace tscollect::sources {

namespace {

/// Longest list of names kept for one device; it is cut between names.
constexpr std::size_t longest_list_bytes = 4096;

}  // namespace

std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    names.insert(at->path().filename().string());
  return names;
}

std::string line_of(const std::filesystem::path& file) {
  const auto text = procfs::read_text_once(file);
  if (!text) return {};
  std::string_view line(*text);
  line = line.substr(0, line.find('\n'));
  while (!line.empty() && procfs::is_blank(line.front())) line.remove_prefix(1);
  while (!line.empty() && procfs::is_blank(line.back())) line.remove_suffix(1);
  return std::string(line);
}

std::int64_t number_of(const std::filesystem::path& file) {
  const procfs::ScannedInteger scanned = procfs::scan_integer(line_of(file));
  return scanned.error == procfs::IntegerFault::none && !scanned.beyond_int64 ? scanned.bits : -1;
}

bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

std::string target_of(const std::filesystem::path& path) {
  std::error_code error;
  const auto target = std::filesystem::canonical(path, error);
  return error ? std::string() : target.filename().string();
}

std::filesystem::path device_folder(const std::filesystem::path& class_folder,
                                    std::string_view device) {
  std::string name(device);
  std::ranges::replace(name, '/', '!');
  if (name.empty() || name == "." || name == "..") return {};
  auto folder = class_folder / name;
  return is_there(folder) ? folder : std::filesystem::path();
}

std::string listed(const std::set<std::string>& devices) {
  std::string list;
  for (const std::string& device : devices) {
    if (list.size() + device.size() >= longest_list_bytes) break;
    if (!list.empty()) list += ' ';
    list += device;
  }
  std::ranges::replace(list, '!', '/');
  return list;
}

}  // namespace tscollect::sources
