#pragma once

#include "run/signals.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace tscollect::run {

/// The command as a child in our process group, as if it had been started in our place.
struct Command {
  pid_t pid = -1;
  std::string error;  ///< why it could not be started
  int status = 0;     ///< then: 126 or 127, as in a shell
};

[[nodiscard]] Command start_command(const std::vector<std::string>& words,
                                    const Inherited& inherited);

}  // namespace tscollect::run
