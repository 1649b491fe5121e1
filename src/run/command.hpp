#pragma once

#include "run/signals.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace tscollect::run {

/// The command as a child in this process group, with the environment and signals that this process
/// was started with.
struct Command {
  pid_t pid = -1;
  std::string error;  ///< why it could not be started
  int status = 0;     ///< if it could not be started: 126 or 127, as in a shell
};

[[nodiscard]] Command start_command(const std::vector<std::string>& words,
                                    const Inherited& inherited);

/// Likewise a program of our own, whose input and output are not for those of the command.
[[nodiscard]] Command start_helper(const std::vector<std::string>& words,
                                   const Inherited& inherited);

}  // namespace tscollect::run
