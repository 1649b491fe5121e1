#pragma once

#include <filesystem>
#include <string>

namespace tscollect::store {

/// A file that is written under a temporary name beside its target, and appears under its own name
/// only when it is whole. Removes the temporary file if it was not committed.
class TargetFile {
 public:
  /// Creates ".<name>.tmp-<pid>" in the target's folder, exclusively. Throws StoreError.
  explicit TargetFile(std::filesystem::path target);
  TargetFile(const TargetFile&) = delete;
  TargetFile& operator=(const TargetFile&) = delete;
  ~TargetFile();

  [[nodiscard]] const std::filesystem::path& target() const noexcept { return target_; }
  [[nodiscard]] const std::filesystem::path& temporary() const noexcept { return temporary_; }

  /// Syncs the file, renames it to its target, and syncs the folder. Throws StoreError.
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

}  // namespace tscollect::store
