#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::run {

/// What a program said, standard error included, and how it ended.
struct Answer {
  int status = 0;  ///< 128 + n after signal n, 127 if it could not be run
  std::string text;
};

/// Runs a program without input and waits for its end; nothing if it does not end in time, and
/// then it is killed.
[[nodiscard]] std::optional<Answer> ask(const std::vector<std::string>& words,
                                        std::chrono::milliseconds limit);

/// The path of a program that can be run, looked for in PATH where the name has no folder; empty:
/// there is none.
[[nodiscard]] std::string find_program(const std::string& name);

/// In a child process: becomes the program, looked for in PATH. Returns an errno where it cannot.
[[nodiscard]] int become(const std::vector<std::string>& words);

/// The exit status as a shell has it: 128 + n after signal n.
[[nodiscard]] int shell_status(int wait_status);

}  // namespace tscollect::run
