#pragma once

#include "base/files/descriptor.hpp"

#include <tscollect/file_error.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <string_view>

namespace tscollect::base {

using tscollect::FileError;

/// Permissions of a created file: those that the umask leaves, or only the owner's.
enum class Access { by_umask, owner };

/// Creates a file for reading and writing. The file must not exist; symbolic links are not
/// followed. Not open on failure: errno has the reason.
[[nodiscard]] base::Descriptor create_file(const std::filesystem::path& path,
                                           Access access) noexcept;

/// A file name in a folder that is held open. Anybody who may write in the folder's parent can put
/// another folder in its place during a run; files are created, renamed and removed in the folder
/// that was opened. Copies share it.
class FilePlace {
 public:
  /// Opens the folder of `path`; "." if it has none. Throws FileError.
  explicit FilePlace(std::filesystem::path path);

  /// Another name in the same folder; only the last component of `path` is used.
  [[nodiscard]] FilePlace beside(const std::filesystem::path& path) const;

  /// The path as given, for messages.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// The folder's descriptor, for the …at() calls.
  [[nodiscard]] int folder() const noexcept { return folder_->get(); }

  /// As create_file().
  [[nodiscard]] base::Descriptor create(Access access) const noexcept;
  /// Gives its file another name of the same folder, which must be free. 0, or an errno.
  [[nodiscard]] int rename_to(const FilePlace& other) const noexcept;
  /// Removes the file of that name. Returns 0 or an errno, which many callers cannot act on.
  int remove() const noexcept;  // NOLINT(modernize-use-nodiscard)
  /// Makes creations, renames and removals durable. File systems that do not support this are
  /// ignored.
  void sync_folder() const noexcept;

 private:
  std::filesystem::path path_;
  std::string name_;
  std::shared_ptr<const base::Descriptor> folder_;
};

/// Opens `path` for writing if it is a device or a pipe, which are written into and not replaced.
/// Links are followed, as /dev/stdout is one. Not open if it is anything else or does not exist.
/// The type is checked after opening, as the file could be replaced in between; a pipe must belong
/// to the user or to root. Waits for a pipe's reader. Throws FileError.
[[nodiscard]] base::Descriptor open_special(const std::filesystem::path& path);

/// "<path>: <what>: <the system's reason>".
[[noreturn]] void throw_file_error(const std::filesystem::path& path, std::string_view what,
                                   int error);

/// The owner of files that this process creates in the folder: usually its user, but a network file
/// system may map root to nobody.
[[nodiscard]] uid_t owner_of_new_files(const std::filesystem::path& folder);

}  // namespace tscollect::base
