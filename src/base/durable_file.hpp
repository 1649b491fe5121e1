#pragma once

#include "base/descriptor.hpp"
#include "base/file_place.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace tscollect::base {

/// Whether a file is forced to disk before it gets its name. A sync may take seconds; whoever may
/// be killed before that renames first, and calls sync_file() then.
enum class Sync { first, later };

/// What publish() does if a file of the target's name exists by then. It may have been created
/// during the run.
enum class Existing { keep, replace };

/// Forces the file and its folder to disk, as far as the file system can. Throws FileError.
void sync_file(const FilePlace& place);

/// A file that appears under its name only when it is complete. Until publish() it has no name, or
/// a random one where the file system needs a name. publish() syncs it and gives it its name;
/// without publish() it disappears. It is written through its descriptor alone, so that other users
/// who may write in the folder can neither redirect the writing nor replace the file unnoticed.
/// Members throw FileError.
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
  base::Descriptor file_;
};

}  // namespace tscollect::base
