#include "base/files/durable_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

namespace tscollect::base {

using base::Descriptor;

namespace {

constexpr int attempts = 100;

/// "folder/.run.h5.<16 random digits>.part": hidden, and in the target's folder, as rename() cannot
/// cross file systems. Random, so that nobody can occupy all names in advance.
FilePlace temporary_place(const FilePlace& target) {
  std::uint64_t chance = 0;
  // Without random numbers O_EXCL still protects.
  if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != sizeof chance)
    chance = static_cast<std::uint64_t>(getpid());
  return target.beside(fmt::format(".{}.{:016x}.part", target.name(), chance));
}

/// The file's path in /proc. It leads to this file even if it was renamed or has no name.
std::string own_name(const Descriptor& file) { return fmt::format("/proc/self/fd/{}", file.get()); }

/// Creates a file without a name. Not open if the file system does not support that, or could not
/// name the file later.
Descriptor create_nameless(const FilePlace& target, Access access) {
  constexpr mode_t anybody = 0666;
  constexpr mode_t owner_only = 0600;
  Descriptor file(openat(target.folder(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC,
                         access == Access::owner ? owner_only : anybody));
  struct stat status {};
  if (file.is_open() && lstat(own_name(file).c_str(), &status) != 0) file.reset();
  return file;
}

}  // namespace

void sync_file(const FilePlace& place) {
  // Another user may have replaced it meanwhile, for example by a pipe, whose open() would block.
  const Descriptor opened(
      openat(place.folder(), place.name().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_open() || (fsync(opened.get()) != 0 && errno != EINVAL))
    throw_file_error(place.path(), "cannot sync", errno);
  place.sync_folder();
}

DurableFile::DurableFile(FilePlace target, Existing existing, Access access)
    : target_(std::move(target)), existing_(existing) {
  struct stat status {};
  const bool exists = fstatat(target_.folder(), target_.name().c_str(), &status, 0) == 0;
  if (target_.name().empty() || (exists && !S_ISREG(status.st_mode)))
    throw FileError(fmt::format("{}: exists and is not a regular file", target_.path().string()));
  file_ = create_nameless(target_, access);
  if (!file_.is_open()) create_with_name(access);
}

void DurableFile::create_with_name(Access access) {
  for (int attempt = 0; !file_.is_open() && attempt < attempts; ++attempt) {
    temporary_ = temporary_place(target_);
    file_ = temporary_->create(access);
    if (!file_.is_open() && errno != EEXIST) break;
  }
  if (file_.is_open()) return;
  const int error = errno;
  temporary_.reset();
  fail("cannot create a file beside it", error);
}

DurableFile::~DurableFile() {
  if (temporary_) temporary_->remove();
}

void DurableFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void DurableFile::publish(Sync sync) {
  // EINVAL: the file system has no fsync.
  if (sync == Sync::first && fsync(file_.get()) != 0 && errno != EINVAL) fail("cannot sync", errno);
  if (existing_ == Existing::replace)
    name_replacing();
  else if (const int error = name_without_replacing(); error == EEXIST)
    fail("a file of that name was created meanwhile and is not replaced", error);
  else if (error != 0)
    fail("cannot rename into place", error);
  check_that_it_is_ours();
  // Some file systems report a full disk or an exceeded quota only at close().
  const int copy = dup(file_.get());
  if (copy < 0 || (close(copy) != 0 && errno != EINTR)) fail("cannot close", errno);
  file_.reset();
  if (sync == Sync::first) target_.sync_folder();
}

/// Links the open file itself to the name: no other file can be substituted, and none is replaced.
/// Returns 0 or an errno.
int DurableFile::link_to(const FilePlace& place) const noexcept {
  const std::string name = own_name(file_);
  return linkat(AT_FDCWD, name.c_str(), place.folder(), place.name().c_str(), AT_SYMLINK_FOLLOW) ==
                 0
             ? 0
             : errno;
}

void DurableFile::name_replacing() {
  for (int attempt = 0; !temporary_ && attempt < attempts; ++attempt) {
    const FilePlace place = temporary_place(target_);
    const int error = link_to(place);
    if (error == 0)
      temporary_ = place;
    else if (error != EEXIST)
      fail("cannot give it a name", error);
  }
  if (!temporary_) fail("cannot give it a name", EEXIST);
  if (renameat(temporary_->folder(), temporary_->name().c_str(), target_.folder(),
               target_.name().c_str()) != 0)
    fail("cannot rename into place", errno);
  temporary_.reset();
}

int DurableFile::name_without_replacing() {
  if (!temporary_) return link_to(target_);
  const auto named = [this](int result) {
    if (result == 0) temporary_.reset();
    return result == 0 ? 0 : errno;
  };
  const int folder = target_.folder();
  const char* from = temporary_->name().c_str();
  const char* to = target_.name().c_str();
  const int error = named(renameat2(folder, from, folder, to, RENAME_NOREPLACE));
  if (error != EINVAL && error != ENOSYS) return error;
  // Network file systems do not support RENAME_NOREPLACE. link() does not replace a file either;
  // the destructor then removes the temporary name.
  const int linked = link_to(target_);
  if (linked == 0 || linked == EEXIST) return linked;
  // Some file systems have no links either: checking first is the best that is possible.
  if (faccessat(folder, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return named(renameat(folder, from, folder, to));
}

/// Anybody who may write in the folder can rename files, the temporary one included. Inode numbers
/// alone are not enough: some network file systems generate them anew at each stat().
void DurableFile::check_that_it_is_ours() const {
  struct stat ours {};
  struct stat there {};
  if (fstat(file_.get(), &ours) != 0) fail("cannot look at it", errno);
  if (fstatat(target_.folder(), target_.name().c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) {
    if (ours.st_nlink == 0) fail("it was removed by another process", errno);
    return;  // already moved away by a process that waited for it
  }
  const bool same = ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
  const bool alike = S_ISREG(there.st_mode) && ours.st_uid == there.st_uid &&
                     ours.st_size == there.st_size && ours.st_mtime == there.st_mtime;
  if (!same && !alike)
    throw FileError(fmt::format("{}: another file was put in its place", target_.path().string()));
}

void DurableFile::fail(std::string_view what, int error) const {
  throw_file_error(target_.path(), what, error);
}

}  // namespace tscollect::base
