#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tscollect::options {

/// Where runs that are started here keep their journals.
struct JournalFolders {
  std::vector<std::filesystem::path> folders;  ///< one, or two if tscollect-run has another
  std::vector<std::string> warnings;           ///< of option files that are ignored
};

/// As $TSCOLLECT_JOURNAL_DIR says, or the file that $TSCOLLECT_CONFIG names, the user's, or the
/// site's; else the node's temporary folder.
[[nodiscard]] JournalFolders journal_folders();

}  // namespace tscollect::options
