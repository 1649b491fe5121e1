#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::run {

/// The last part of what was written to a pipe.
class LogTail {
 public:
  /// Reads what is available, without waiting; false at the end.
  bool read(int pipe);
  void add(std::string_view text);

  /// The last lines, without empty lines, separator lines and lines that contain one of `noise`.
  [[nodiscard]] std::string lines(std::size_t most, const std::vector<std::string>& noise) const;

 private:
  std::string text_;
};

}  // namespace tscollect::run
