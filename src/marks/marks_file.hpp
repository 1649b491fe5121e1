#pragma once

#include "base/file_place.hpp"
#include "marks/mark.hpp"

#include <tscollect/result.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

// The file to which the marks of a run are appended (mark.hpp), beside the run's file: the one
// folder that every node surely sees. The collector creates it, and a mark never does: where there
// is none, no run takes marks. Lines are appended under a lock, as far as the file system has one,
// since two clients of NFS would otherwise write over each other.

namespace tscollect::marks {

/// Where a run takes its marks unless somebody says otherwise: ".run.h5.marks" beside "run.h5".
[[nodiscard]] std::filesystem::path default_marks_path(const std::filesystem::path& output);

/// Creates the file for the run of `head`. One that an earlier run has left there is removed if
/// nothing was marked in it, and else moved to moved_marks_path(). Gives what is to be said of
/// that; empty: nothing. Error: why there can be no marks.
[[nodiscard]] Result<std::string> create(const base::FilePlace& place, const Head& head);

/// Where the marks of an earlier run are moved: ".run.h5.marks.<run id>".
[[nodiscard]] std::filesystem::path moved_marks_path(const std::filesystem::path& marks,
                                                     std::string_view run_id);

/// Appends lines, in one write. Error: why they are not taken.
[[nodiscard]] Result<void> append(const std::filesystem::path& marks, std::string_view lines);

/// What a marks file holds.
struct Marks {
  Head head;
  std::vector<Mark> marks;                   ///< in the order in which they stand there
  std::optional<block::RunCommand> command;  ///< as the last lines about it have it
  std::size_t bad_lines = 0;
  std::vector<std::string> first_bad;  ///< "line 7: it has no name"
  bool is_cut = false;                 ///< it is longer than most_bytes; the rest is left out

  /// Whether nothing at all was appended.
  [[nodiscard]] bool empty() const noexcept {
    return marks.empty() && !command && bad_lines == 0 && !is_cut;
  }
};

/// No more is read of a file: some 100,000 marks.
inline constexpr std::size_t most_bytes = std::size_t{16} << 20U;

/// Reads the text of a file, or the front of it; it is untrusted. Error: it is no file of marks.
[[nodiscard]] Result<Marks> parse_marks(std::string_view text);

/// Reads a file, which has to be `owner`'s and of that run. It is untrusted; a pipe or a link in
/// its place is an error at once.
[[nodiscard]] Result<Marks> read(const std::filesystem::path& marks, uid_t owner,
                                 std::string_view run_id);

/// Likewise, and nothing can be appended from then on.
[[nodiscard]] Result<Marks> close_and_read(const std::filesystem::path& marks, uid_t owner,
                                           std::string_view run_id);

}  // namespace tscollect::marks
