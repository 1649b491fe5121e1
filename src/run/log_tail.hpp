#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::run {

/// The last of what somebody said into a pipe.
class LogTail {
 public:
  /// Reads what is there, without waiting; false at the end.
  bool read(int pipe);
  void add(std::string_view text);

  /// The last lines, without those that contain one of `noise`, and without empty ones and rules.
  [[nodiscard]] std::string lines(std::size_t most, const std::vector<std::string>& noise) const;

 private:
  std::string text_;
};

}  // namespace tscollect::run
