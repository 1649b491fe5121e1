#include "store/durable_file.hpp"

#include "base/descriptor.hpp"
#include "store/hdf5/store_error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace tscollect::store {

using procfs::Descriptor;

namespace {

constexpr int attempts = 100;

/// "folder/.run.h5.<process>.<attempt>.part": hidden, and of the right folder, as rename() cannot
/// leave the file system.
std::filesystem::path temporary_name(const std::filesystem::path& target, int attempt) {
  return target.parent_path() /
         fmt::format(".{}.{}.{}.part", target.filename().string(), getpid(), attempt);
}

/// Makes the rename itself durable. Many file systems cannot sync a folder and do not need it.
void sync_folder(const std::filesystem::path& target) {
  const auto folder = target.parent_path();
  const Descriptor opened(
      open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open()) fsync(opened.get());
}

}  // namespace

void sync_file(const std::filesystem::path& path) {
  const Descriptor opened(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened.is_open() || (fsync(opened.get()) != 0 && errno != EINVAL))
    throw StoreError(
        fmt::format("{}: cannot sync: {}", path.string(), std::generic_category().message(errno)));
  sync_folder(path);
}

DurableFile::DurableFile(std::filesystem::path target, Existing existing)
    : target_(std::move(target)), existing_(existing) {
  std::error_code ignored;
  const auto status = std::filesystem::status(target_, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    throw StoreError(fmt::format("{}: exists and is not a regular file", target_.string()));
  for (int attempt = 0; descriptor_ < 0 && attempt < attempts; ++attempt) {
    temporary_ = temporary_name(target_, attempt);
    // 0666: the user's umask decides, as for any other output.
    descriptor_ = open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) break;
  }
  if (descriptor_ < 0) fail("cannot create a file beside it", errno);
}

DurableFile::~DurableFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_.c_str());
}

void DurableFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void DurableFile::publish(Sync sync) {
  // EINVAL: a file system that has no fsync.
  if (sync == Sync::first && fsync(descriptor_) != 0 && errno != EINVAL) fail("cannot sync", errno);
  // The descriptor stays open until the rename succeeded, so that the destructor cleans up.
  rename_into_place();
  const int closed = close(std::exchange(descriptor_, -1));
  if (closed != 0 && errno != EINTR) fail("cannot close", errno);
  if (sync == Sync::first) sync_folder(target_);
}

void DurableFile::rename_into_place() {
  if (existing_ == Existing::replace) {
    if (rename(temporary_.c_str(), target_.c_str()) != 0) fail("cannot rename into place", errno);
    return;
  }
  if (renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) == 0)
    return;
  // Network file systems do not know how, but a link never replaces anything either.
  if (errno == EINVAL || errno == ENOSYS) {
    if (link(temporary_.c_str(), target_.c_str()) == 0) {
      unlink(temporary_.c_str());
      return;
    }
  }
  if (errno == EEXIST) fail("another one has come meanwhile and is not replaced", errno);
  // Some have no links either. Then a look is all that can be had.
  if (access(target_.c_str(), F_OK) == 0) fail("another one has come meanwhile", EEXIST);
  if (rename(temporary_.c_str(), target_.c_str()) != 0) fail("cannot rename into place", errno);
}

void DurableFile::fail(std::string_view what, int error) const {
  throw StoreError(
      fmt::format("{}: {}: {}", target_.string(), what, std::generic_category().message(error)));
}

}  // namespace tscollect::store
