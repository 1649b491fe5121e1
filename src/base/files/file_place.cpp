#include "base/files/file_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <random>
#include <system_error>
#include <utility>

namespace tscollect::base {

using base::Descriptor;

namespace {

constexpr mode_t anybody = 0666;  // the umask applies, as for any output file
constexpr mode_t owner_only = 0600;

Descriptor create_at(int folder, const char* name, Access access) noexcept {
  return Descriptor(openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           access == Access::owner ? owner_only : anybody));
}

Descriptor open_folder(const std::filesystem::path& folder) {
  const char* name = folder.empty() ? "." : folder.c_str();
  Descriptor opened(open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Files can be created in a folder that is writable but not readable; it cannot be synced,
  // though.
  if (!opened.is_open() && errno == EACCES)
    opened = Descriptor(open(name, O_PATH | O_DIRECTORY | O_CLOEXEC));
  return opened;
}

}  // namespace

void throw_file_error(const std::filesystem::path& path, std::string_view what, int error) {
  throw FileError(
      fmt::format("{}: {}: {}", path.string(), what, std::generic_category().message(error)));
}

Descriptor create_file(const std::filesystem::path& path, Access access) noexcept {
  return create_at(AT_FDCWD, path.c_str(), access);
}

Descriptor open_special(const std::filesystem::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
    return Descriptor();
  const auto check_owner = [&] {
    if (S_ISFIFO(status.st_mode) && status.st_uid != geteuid() && status.st_uid != 0)
      throw FileError(fmt::format("{}: is a pipe of another user", path.string()));
  };
  check_owner();
  Descriptor opened(open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  if (!opened.is_open() || fstat(opened.get(), &status) != 0)
    throw_file_error(path, "cannot open", errno);
  check_owner();
  if (S_ISREG(status.st_mode))
    throw FileError(fmt::format("{}: has just been replaced by a regular file", path.string()));
  return opened;
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
  return create_at(folder(), name_.c_str(), access);
}

int FilePlace::rename_to(const FilePlace& other) const noexcept {
  const char* from = name_.c_str();
  const char* to = other.name_.c_str();
  if (renameat2(folder(), from, other.folder(), to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // Network file systems do not know how.
  if (faccessat(other.folder(), to, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return renameat(folder(), from, other.folder(), to) == 0 ? 0 : errno;
}

int FilePlace::remove() const noexcept {
  return unlinkat(folder(), name_.c_str(), 0) == 0 ? 0 : errno;
}

void FilePlace::sync_folder() const noexcept { fsync(folder()); }

uid_t owner_of_new_files(const std::filesystem::path& folder) {
  const std::string name =
      fmt::format(".tscollect-owner-{}-{:08x}", getpid(), std::random_device{}());
  const Descriptor file = create_file(folder / name, Access::owner);
  struct stat status {};
  if (!file.is_open()) return geteuid();
  unlink((folder / name).c_str());
  return fstat(file.get(), &status) == 0 ? status.st_uid : geteuid();
}

}  // namespace tscollect::base
