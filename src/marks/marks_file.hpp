#pragma once

#include "base/files/file_place.hpp"
#include "marks/mark.hpp"

#include <tscollect/result.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

// The file to which the marks of a run are appended (mark.hpp), beside the run's file, in the one
// folder that every node can certainly access. Only the collector creates it: without it no run
// accepts marks. Lines are appended under a lock, if the file system has locks, as two NFS clients
// would otherwise overwrite each other's lines.

namespace tscollect::marks {

/// The default marks file: ".run.h5.marks" beside "run.h5".
[[nodiscard]] std::filesystem::path default_marks_path(const std::filesystem::path& output);

/// Creates the file for the run of `head`. One left by an earlier run is removed if it has no
/// marks, otherwise moved to moved_marks_path(). Returns a message about that; empty: none. Error:
/// why the file cannot be created.
[[nodiscard]] Result<std::string> create(const base::FilePlace& place, const Head& head);

/// Where marks of an earlier run are moved: ".run.h5.marks.<run id>".
[[nodiscard]] std::filesystem::path moved_marks_path(const std::filesystem::path& marks,
                                                     std::string_view run_id);

/// Appends lines in one write. Error: why they were not accepted.
[[nodiscard]] Result<void> append(const std::filesystem::path& path, std::string_view lines);

/// Contents of a marks file.
struct Marks {
  Head head;
  std::vector<Mark> marks;                   ///< in the order of the file
  std::optional<block::RunCommand> command;  ///< from the last lines about it
  std::size_t bad_lines = 0;
  std::vector<std::string> first_bad;  ///< "line 7: it has no name"
  bool is_cut = false;                 ///< longer than most_bytes; the rest is ignored

  /// Whether nothing was appended.
  [[nodiscard]] bool empty() const noexcept {
    return marks.empty() && !command && bad_lines == 0 && !is_cut;
  }
};

/// Largest size that is read: some 100,000 marks.
inline constexpr std::size_t most_bytes = std::size_t{16} << 20U;

/// Parses the text of a file, or its beginning. The text is untrusted. Error: it is not a marks
/// file.
[[nodiscard]] Result<Marks> parse_marks(std::string_view text);

/// Reads a file, which must belong to `owner` and to that run. It is untrusted; a pipe or a link in
/// its place is an error at once.
[[nodiscard]] Result<Marks> read(const std::filesystem::path& path, uid_t owner,
                                 std::string_view run_id);

/// The same, after closing the file for further marks.
[[nodiscard]] Result<Marks> close_and_read(const std::filesystem::path& path, uid_t owner,
                                           std::string_view run_id);

}  // namespace tscollect::marks
