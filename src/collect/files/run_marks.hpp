#pragma once

#include "base/files/file_place.hpp"
#include "marks/marks_file.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace tscollect::collect {

/// Path of the marks file, with its folder. `marks_file`: --marks-file; empty: beside the output.
[[nodiscard]] std::filesystem::path marks_path(const std::filesystem::path& marks_file,
                                               const std::filesystem::path& output);

/// Removes a marks file without marks, if it belongs to this user and its run is certainly dead.
void remove_dead_marks(const base::FilePlace& marks);

/// Rank 0's marks file, from the start of a run to its end. Its file system may hang, so each step
/// has a time limit; a step that exceeds it is abandoned, and the run continues without marks.
class RunMarks {
 public:
  RunMarks(std::filesystem::path path, std::string run_id);

  /// Creates the file; reports why it cannot.
  void create(std::chrono::nanoseconds limit);

  /// Closes the file for further marks and reads it. Nothing: it cannot be read, and error() says
  /// why.
  [[nodiscard]] std::optional<marks::Marks> close_and_read(std::chrono::nanoseconds limit);
  /// Why marks that may exist are not known; empty: they are, or there can be none.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  /// Removes the file, once the run's file contains the marks.
  void remove(std::chrono::nanoseconds limit) const;
  /// If the run's file is not written: removes the file if it has no marks.
  void remove_if_empty(std::chrono::nanoseconds limit) const;

 private:
  std::filesystem::path path_;
  std::string run_id_;
  bool exists_ = false;
  bool was_read_ = false;
  bool is_empty_ = false;
  std::string error_;
};

}  // namespace tscollect::collect
