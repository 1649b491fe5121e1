#include "base/durable_file.hpp"

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

/// "folder/.run.h5.<16 random digits>.part": hidden, and of the right folder, as rename() cannot
/// leave the file system. Random, so that nobody can take all names that will be tried.
FilePlace temporary_place(const FilePlace& target) {
  std::uint64_t chance = 0;
  // Where the kernel has no numbers to give, O_EXCL still holds.
  if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != sizeof chance)
    chance = static_cast<std::uint64_t>(getpid());
  return target.beside(fmt::format(".{}.{:016x}.part", target.name(), chance));
}

/// The file's own name in /proc, which leads to it whatever else it is called, or if it has no
/// name.
std::string own_name(const Descriptor& file) { return fmt::format("/proc/self/fd/{}", file.get()); }

/// A file without a name; not open where the file system has none, or none could be given later.
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
  // Somebody may have put something else there meanwhile, a pipe that never opens among it.
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
  // EINVAL: a file system that has no fsync.
  if (sync == Sync::first && fsync(file_.get()) != 0 && errno != EINVAL) fail("cannot sync", errno);
  if (existing_ == Existing::replace)
    name_replacing();
  else if (const int error = name_without_replacing(); error == EEXIST)
    fail("another one has come meanwhile and is not replaced", error);
  else if (error != 0)
    fail("cannot rename into place", error);
  check_that_it_is_ours();
  // Some file systems report a full disk or a quota only here.
  const int copy = dup(file_.get());
  if (copy < 0 || (close(copy) != 0 && errno != EINTR)) fail("cannot close", errno);
  file_.reset();
  if (sync == Sync::first) target_.sync_folder();
}

/// Gives this very file the name: no other can slip in, and none is replaced. 0, or an errno.
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
  // Network file systems do not know how, but a link never replaces anything either; the destructor
  // removes the name that it had.
  const int linked = link_to(target_);
  if (linked == 0 || linked == EEXIST) return linked;
  // Some have no links either. Then a look is all that can be had.
  if (faccessat(folder, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return named(renameat(folder, from, folder, to));
}

/// A name can be given to another file by anybody who may write in the folder, the temporary one as
/// well. Numbers of files alone do not tell: some network file systems make them up at each look.
void DurableFile::check_that_it_is_ours() const {
  struct stat ours {};
  struct stat there {};
  if (fstat(file_.get(), &ours) != 0) fail("cannot look at it", errno);
  if (fstatat(target_.folder(), target_.name().c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) {
    if (ours.st_nlink == 0) fail("somebody has removed it", errno);
    return;  // moved by somebody who waited for it
  }
  const bool same = ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
  const bool alike = S_ISREG(there.st_mode) && ours.st_uid == there.st_uid &&
                     ours.st_size == there.st_size && ours.st_mtime == there.st_mtime;
  if (!same && !alike)
    throw FileError(
        fmt::format("{}: somebody has put another file in its place", target_.path().string()));
}

void DurableFile::fail(std::string_view what, int error) const {
  throw_file_error(target_.path(), what, error);
}

}  // namespace tscollect::base
