#pragma once

#include "base/files/descriptor.hpp"

#include <tscollect/result.hpp>

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// Journals are in folders where everybody may write. Another user's file may be forged and is not
// read. The owner is read from the open file, not from its name.

namespace tscollect::journal {

/// Accepts every owner, for callers that do not trust the contents.
inline constexpr uid_t any_owner = static_cast<uid_t>(-1);

/// Identifies a file independently of its name.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};
[[nodiscard]] FileIdentity identity_of(const struct stat& status) noexcept;

/// Result of opening a journal: an open file, or an error.
struct OpenedJournal {
  base::Descriptor file;
  std::string error;     ///< empty: opened
  bool foreign = false;  ///< the error is that it belongs to another user, `owner`
  uid_t owner = 0;
};

/// Opens a regular file of `owner` for reading. Does not follow links, does not block, and does not
/// open files of other users.
[[nodiscard]] OpenedJournal open_journal(const std::filesystem::path& path, uid_t owner);

/// Journals of one other user that were skipped.
struct ForeignJournals {
  uid_t owner = 0;
  std::size_t count = 0;
  std::string first;  ///< path of one of them
};

/// Adds one to the owner's entry.
void note_foreign(std::vector<ForeignJournals>& known, uid_t owner,
                  const std::filesystem::path& path);

}  // namespace tscollect::journal
