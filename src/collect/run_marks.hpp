#pragma once

#include "base/file_place.hpp"
#include "marks/marks_file.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace tscollect::collect {

/// Where the marks of a run go. `marks_file`: --marks-file; empty: beside the output, which has its
/// folder. With its folder, too.
[[nodiscard]] std::filesystem::path marks_path(const std::filesystem::path& marks_file,
                                               const std::filesystem::path& output);

/// Removes a file of marks in which nothing was marked, of this user and of a run that is surely
/// dead.
void remove_dead_marks(const base::FilePlace& marks);

/// Rank 0's file of marks, from the start of a run to its end. Its file system may hang: each step
/// has a limit, and what has not returned by then is left to it. A run without marks goes on.
class RunMarks {
 public:
  RunMarks(std::filesystem::path path, std::string run_id);

  /// Says why there can be none.
  void create(std::chrono::nanoseconds limit);

  /// Nothing is taken from then on. Nothing: there are none, and error() says why.
  [[nodiscard]] std::optional<marks::Marks> close_and_read(std::chrono::nanoseconds limit);
  /// Why the marks that may have been made are not known; empty: they are, or there can be none.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  /// Once the run's file has them.
  void remove(std::chrono::nanoseconds limit) const;
  /// If the run's file is not written: where nothing was marked, none is needed to recover it.
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
