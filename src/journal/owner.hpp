#pragma once

#include "base/descriptor.hpp"

#include <tscollect/result.hpp>

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// Journals lie in folders where everybody may write. What another user has put there is left alone:
// it may be forged. Whose a file is, is asked of the open file, never of its name.

namespace tscollect::journal {

/// The user of that name or number. Error: there is none.
[[nodiscard]] Result<uid_t> find_user(std::string_view name_or_number);

/// The user's name, or the number where it has none here.
[[nodiscard]] std::string name_of_user(uid_t user);

/// Where nothing is taken on trust: whose it is does not matter.
inline constexpr uid_t any_owner = static_cast<uid_t>(-1);

/// A file, whatever its name.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};
[[nodiscard]] FileIdentity identity_of(const struct stat& status) noexcept;

/// The outcome of opening a journal: a file, or why there is none.
struct OpenedJournal {
  base::Descriptor file;
  std::string error;     ///< empty: it is open
  bool foreign = false;  ///< the error: it is another user's, whose number is `owner`
  uid_t owner = 0;
};

/// Opens a regular file of `owner` for reading. Follows no link, waits for nothing, and touches
/// nothing that is another user's.
[[nodiscard]] OpenedJournal open_journal(const std::filesystem::path& path, uid_t owner);

/// Journals of one user that were left alone.
struct ForeignJournals {
  uid_t owner = 0;
  std::size_t count = 0;
  std::string first;  ///< path of one of them
};

/// Counts one more.
void note_foreign(std::vector<ForeignJournals>& known, uid_t owner,
                  const std::filesystem::path& path);

}  // namespace tscollect::journal
