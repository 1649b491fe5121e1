#include "base/file_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tscollect::record {

using procfs::Descriptor;

namespace {

constexpr mode_t anybody = 0666;  // the umask decides, as for any other output
constexpr mode_t owner_only = 0600;

Descriptor open_folder(const std::filesystem::path& folder) {
  const char* name = folder.empty() ? "." : folder.c_str();
  Descriptor opened(open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A folder that may be written and not listed can be created in, though not synced.
  if (!opened.is_open() && errno == EACCES)
    opened = Descriptor(open(name, O_PATH | O_DIRECTORY | O_CLOEXEC));
  return opened;
}

}  // namespace

void throw_file_error(const std::filesystem::path& path, std::string_view what, int error) {
  throw FileError(
      fmt::format("{}: {}: {}", path.string(), what, std::generic_category().message(error)));
}

FilePlace::FilePlace(std::filesystem::path path)
    : path_(std::move(path)), name_(path_.filename().string()) {
  Descriptor folder = open_folder(path_.parent_path());
  if (!folder.is_open()) throw_file_error(path_, "cannot open its folder", errno);
  folder_ = std::make_shared<const Descriptor>(std::move(folder));
}

FilePlace FilePlace::beside(const std::filesystem::path& path) const {
  FilePlace other = *this;
  other.name_ = path.filename().string();
  other.path_.replace_filename(other.name_);
  return other;
}

Descriptor FilePlace::create(Access access) const noexcept {
  return Descriptor(openat(folder(), name_.c_str(),
                           O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           access == Access::owner ? owner_only : anybody));
}

int FilePlace::remove() const noexcept {
  return unlinkat(folder(), name_.c_str(), 0) == 0 ? 0 : errno;
}

void FilePlace::sync_folder() const noexcept { fsync(folder()); }

}  // namespace tscollect::record
