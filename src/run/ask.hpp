#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::run {

/// A program's output, standard error included, and its exit status.
struct Answer {
  int status = 0;  ///< 128 + n after signal n, 127 if it could not be run
  std::string text;
};

/// Runs a program without input and waits for its end. If it does not end in time it is killed, and
/// nothing is returned.
[[nodiscard]] std::optional<Answer> ask(const std::vector<std::string>& words,
                                        std::chrono::milliseconds limit);

/// The path of an executable program, searched in PATH if the name has no folder; empty: not found.
[[nodiscard]] std::string find_program(const std::string& name);

/// In a child process: executes the program, searched in PATH. Returns an errno on failure.
[[nodiscard]] int become(std::vector<std::string> words);

/// The exit status as in a shell: 128 + n after signal n.
[[nodiscard]] int shell_status(int wait_status);

}  // namespace tscollect::run
