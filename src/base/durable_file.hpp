#pragma once

#include "base/descriptor.hpp"
#include "base/file_place.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace tscollect::record {

/// Whether a file is forced to disk before it gets its name. A sync may take seconds; whoever may
/// be killed before that renames first, and calls sync_file() then.
enum class Sync { first, later };

/// What becomes of a file that has the target's name when ours is to get it: it may have come since
/// somebody looked.
enum class Existing { keep, replace };

/// Forces the file and its folder to disk, as far as the file system can. Throws FileError.
void sync_file(const FilePlace& place);

/// A file that appears under its name only when it is whole, and is written by its handle alone: it
/// has no name, or where the file system needs one a random one in the same folder, until publish()
/// syncs it and gives it its own. Without publish() it is gone. Others who may write in the folder
/// cannot bring anything of theirs to be written, nor put it in our file's place unnoticed. Members
/// throw FileError.
class DurableFile {
 public:
  /// Creates the file. A target that exists and is no regular file (a folder, /dev/null, a pipe) is
  /// refused: renaming would put a file in its place.
  explicit DurableFile(FilePlace target, Existing existing = Existing::replace,
                       Access access = Access::by_umask);
  explicit DurableFile(std::filesystem::path target, Existing existing = Existing::replace,
                       Access access = Access::by_umask)
      : DurableFile(FilePlace(std::move(target)), existing, access) {}
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;
  ~DurableFile();

  /// For a library that writes by itself; only until publish().
  [[nodiscard]] int descriptor() const noexcept { return file_.get(); }

  /// Appends bytes.
  void write(std::string_view bytes);

  /// Syncs the file, gives it its name and closes it, and syncs its folder as far as the file
  /// system can. Where an existing file is to be kept, there must be none.
  void publish(Sync sync = Sync::first);

 private:
  void create_with_name(Access access);
  [[nodiscard]] int link_to(const FilePlace& place) const noexcept;
  [[nodiscard]] int name_without_replacing();
  void name_replacing();
  void check_that_it_is_ours() const;
  [[noreturn]] void fail(std::string_view what, int error) const;

  FilePlace target_;
  Existing existing_;
  std::optional<FilePlace> temporary_;  ///< nothing: the file has no name yet
  procfs::Descriptor file_;
};

}  // namespace tscollect::record
