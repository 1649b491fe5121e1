#pragma once

#include <tscollect/time.hpp>

#include <cstddef>
#include <string>

namespace tscollect::base {

/// A progress line on the terminal. It appears after a second, so that quick work shows none, and
/// is cleared at the end. Nothing is shown if standard error is not a terminal. Call clear() before
/// printing anything else to standard error.
class Progress {
 public:
  /// `what`: "writing run.h5". `noun`: what `total` counts, in the plural. Without `wanted` nothing
  /// is shown.
  Progress(std::string what, std::size_t total, std::string noun, bool wanted = true);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Redraws the line, a few times per second at most. Cheap enough for any loop.
  void show(std::size_t done);
  /// Clears the line; the next show() draws it again.
  void clear();

  /// Whether standard error and standard output are the same terminal, so that the result would mix
  /// with the progress line.
  [[nodiscard]] static bool output_is_terminal();

 private:
  [[nodiscard]] std::string line(std::size_t done, MonoTime now) const;

  std::string what_;
  std::size_t total_;
  std::string noun_;
  bool wanted_;
  MonoTime start_;
  MonoTime next_draw_;
  std::size_t drawn_ = 0;  ///< width of the line on the screen
};

}  // namespace tscollect::base
