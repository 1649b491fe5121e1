#pragma once

#include "base/files/descriptor.hpp"
#include "base/files/file_place.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace tscollect::base {

/// Whether the file is synced to disk before it is renamed. A sync may take seconds; a caller that
/// may be killed before then renames first and calls sync_file() afterwards.
enum class Sync { first, later };

/// What publish() does if the target exists by then. It may have been created during the run.
enum class Existing { keep, replace };

/// Syncs the file and its folder, as far as the file system can. Throws FileError.
void sync_file(const FilePlace& place);

/// A file that appears under its name only when it is complete. Until publish() it has no name, or
/// a random one where the file system requires a name. publish() syncs it and gives it its name;
/// without publish() it is removed. It is written only through its descriptor, so that other users
/// who may write in the folder can neither redirect the writing nor replace the file unnoticed.
/// Members throw FileError.
class DurableFile {
 public:
  /// Creates the file. A target that exists and is not a regular file (a folder, /dev/null, a pipe)
  /// is refused, as renaming would replace it by a file.
  explicit DurableFile(FilePlace target, Existing existing = Existing::replace,
                       Access access = Access::by_umask);
  explicit DurableFile(std::filesystem::path target, Existing existing = Existing::replace,
                       Access access = Access::by_umask)
      : DurableFile(FilePlace(std::move(target)), existing, access) {}
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;
  ~DurableFile();

  /// For a library that writes to a descriptor; valid until publish().
  [[nodiscard]] int descriptor() const noexcept { return file_.get(); }

  /// Appends bytes.
  void write(std::string_view bytes);

  /// Syncs the file, gives it its name, closes it, and syncs its folder as far as the file system
  /// can. With Existing::keep a file of that name is an error.
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
  std::optional<FilePlace> temporary_;  ///< none: the file has no name yet
  base::Descriptor file_;
};

}  // namespace tscollect::base
