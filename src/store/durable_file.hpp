#pragma once

#include <filesystem>
#include <string_view>

namespace tscollect::store {

/// Whether a file is forced to disk before it gets its name. A sync may take seconds; whoever may
/// be killed before that renames first, and calls sync_file() then.
enum class Sync { first, later };

/// What becomes of a file that has the target's name when ours is to get it: it may have come since
/// somebody looked.
enum class Existing { keep, replace };

/// Forces the file and its folder to disk, as far as the file system can.
void sync_file(const std::filesystem::path& path);

/// A file that appears under its name only when it is whole: it is written under a temporary name
/// in the same folder, and publish() syncs and renames it. Without publish() it is removed again.
/// Members throw StoreError, which names the file and carries the system's reason.
class DurableFile {
 public:
  /// Creates the temporary file, exclusively. A target that exists and is no regular file (a
  /// folder, /dev/null, a pipe) is refused: renaming would put a file in its place.
  explicit DurableFile(std::filesystem::path target, Existing existing = Existing::replace);
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;
  ~DurableFile();

  /// For a library that opens files by name; it must have closed the file before publish().
  [[nodiscard]] const std::filesystem::path& temporary() const noexcept { return temporary_; }

  /// Appends bytes.
  void write(std::string_view bytes);

  /// Syncs, closes and renames the file, and syncs its folder as far as the file system can. Where
  /// an existing file is to be kept, there must be none.
  void publish(Sync sync = Sync::first);

 private:
  void rename_into_place();
  [[noreturn]] void fail(std::string_view what, int error) const;

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  Existing existing_;
  int descriptor_ = -1;
};

}  // namespace tscollect::store
