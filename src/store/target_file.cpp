#include "store/target_file.hpp"

#include "store/run_file_writer.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace tscollect::store {

namespace {

std::filesystem::path folder_of(const std::filesystem::path& target) {
  const std::filesystem::path folder = target.parent_path();
  return folder.empty() ? "." : folder;
}

/// A file left over by a killed process of the same number must not stop us.
constexpr int most_attempts = 100;

/// Descriptor of a new, empty file; -1 with errno if it cannot be.
int create_beside(const std::filesystem::path& target, std::filesystem::path& temporary) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    std::string name = fmt::format(".{}.tmp-{}", target.filename().string(), ::getpid());
    if (attempt > 0) name += fmt::format("-{}", attempt);
    temporary = folder_of(target) / name;
    constexpr mode_t readable_by_all = 0666;
    const int descriptor =
        ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               readable_by_all);
    if (descriptor >= 0 || errno != EEXIST) return descriptor;
  }
  return -1;
}

Error cannot_write(const std::filesystem::path& target, std::string_view why) {
  return {fmt::format("cannot write {}: {}", target.string(), why)};
}

Error cannot_create(const std::filesystem::path& target, int error) {
  return cannot_write(
      target, fmt::format("cannot create a file in the folder {}: {}; choose a folder that takes "
                          "files with --output",
                          folder_of(target).string(), std::strerror(error)));
}

/// Best effort: the file is there by then, and some file systems cannot sync a folder.
void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  static_cast<void>(::fsync(descriptor));
  ::close(descriptor);
}

}  // namespace

Result<void> probe_target(const std::filesystem::path& target, bool replace) {
  std::error_code error;
  if (target.filename().empty() || std::filesystem::is_directory(target, error))
    return cannot_write(target, "it is a folder; give the name of a file in it with --output");
  const std::filesystem::path folder = folder_of(target);
  const auto status = std::filesystem::status(folder, error);
  if (status.type() == std::filesystem::file_type::not_found)
    return cannot_write(target,
                        fmt::format("the folder {} does not exist; create it, or choose another "
                                    "with --output",
                                    folder.string()));
  if (std::filesystem::is_symlink(target, error) || std::filesystem::exists(target, error)) {
    if (!replace)
      return cannot_write(
          target, "it exists; use --force to replace it, or choose another name with --output");
  }
  std::filesystem::path probe;
  const int descriptor = create_beside(target, probe);
  if (descriptor < 0) return cannot_create(target, errno);
  ::close(descriptor);
  ::unlink(probe.c_str());
  return {};
}

TargetFile::TargetFile(std::filesystem::path target) : target_(std::move(target)) {
  descriptor_ = create_beside(target_, temporary_);
  if (descriptor_ < 0) throw StoreError(cannot_create(target_, errno).message);
}

TargetFile::~TargetFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void TargetFile::commit() {
  if (::fsync(descriptor_) != 0)
    throw StoreError(
        cannot_write(target_, fmt::format("cannot sync {}: {}", temporary_.string(),
                                          std::strerror(errno)))
            .message);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0)
    throw StoreError(
        cannot_write(target_, fmt::format("cannot rename {} to it: {}", temporary_.string(),
                                          std::strerror(errno)))
            .message);
  ::close(std::exchange(descriptor_, -1));
  sync_folder(folder_of(target_));
}

}  // namespace tscollect::store
