#pragma once

#include <tscollect/time.hpp>

#include <cstddef>
#include <string>

namespace tscollect::base {

/// A progress line on the terminal. It appears after a second, so that quick work shows none, and
/// is wiped at the end. Where standard error is not a terminal there is none. Call clear() before
/// printing anything else to standard error.
class Progress {
 public:
  /// `what`: "writing run.h5". `noun`: of what there are `total`, in the plural. Not `wanted`:
  /// never anything.
  Progress(std::string what, std::size_t total, std::string noun, bool wanted = true);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Draws anew, some times a second at most. Cheap enough for any loop.
  void show(std::size_t done);
  /// Wipes the line; the next show() draws it again.
  void clear();

  /// Whether standard error and standard output are one screen, which the result would share with
  /// the line.
  [[nodiscard]] static bool output_is_terminal();

 private:
  [[nodiscard]] std::string line(std::size_t done, MonoTime now) const;

  std::string what_;
  std::size_t total_;
  std::string noun_;
  bool wanted_;
  MonoTime start_;
  MonoTime next_draw_;
  std::size_t drawn_ = 0;  ///< columns on the screen
};

}  // namespace tscollect::base
