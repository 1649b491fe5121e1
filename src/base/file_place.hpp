#pragma once

#include "base/descriptor.hpp"

#include <tscollect/file_error.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <string_view>

namespace tscollect::base {

using tscollect::FileError;

/// Who may read what is created: everybody whom the umask allows, or nobody but its owner.
enum class Access { by_umask, owner };

/// Creates a file, which must not exist, and not through a symbolic link; opened for reading and
/// writing. Not open: errno says why.
[[nodiscard]] base::Descriptor create_file(const std::filesystem::path& path,
                                           Access access) noexcept;

/// Where a file is to be: a name in a folder that is held open. Whoever may write in the folder, or
/// above it, can give the folder's name to another one during a run; what is created, renamed and
/// removed here stays in the one that was opened. Copies share it.
class FilePlace {
 public:
  /// Opens the folder of `path`; "." if it has none. Throws FileError.
  explicit FilePlace(std::filesystem::path path);

  /// Another name in the same folder; of `path` only the last part counts.
  [[nodiscard]] FilePlace beside(const std::filesystem::path& path) const;

  /// As it was given: for messages.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// For the …at() calls.
  [[nodiscard]] int folder() const noexcept { return folder_->get(); }

  /// As create_file().
  [[nodiscard]] base::Descriptor create(Access access) const noexcept;
  /// Gives its file another name of the same folder, which must be free. 0, or an errno.
  [[nodiscard]] int rename_to(const FilePlace& other) const noexcept;
  /// Removes whatever file has the name. 0, or an errno.
  int remove() const noexcept;
  /// Makes creations, renames and removals durable. Many file systems cannot, and need not.
  void sync_folder() const noexcept;

 private:
  std::filesystem::path path_;
  std::string name_;
  std::shared_ptr<const base::Descriptor> folder_;
};

/// Opens for writing what has this name if it is to be written into, and not replaced: a device or
/// a pipe, through links, as /dev/stdout is one. Not open: it is something else, or nothing. What
/// the name leads to is looked at when it is open, as anything else could be there a moment later;
/// a pipe must be the user's own or root's. Waits for a pipe's reader. Throws FileError.
[[nodiscard]] base::Descriptor open_special(const std::filesystem::path& path);

/// "<path>: <what>: <the system's reason>".
[[noreturn]] void throw_file_error(const std::filesystem::path& path, std::string_view what,
                                   int error);

/// The user to whom files that we create in this folder belong: us, but where a file system shows
/// another, as a server does that takes root for nobody.
[[nodiscard]] uid_t owner_of_new_files(const std::filesystem::path& folder);

}  // namespace tscollect::base
