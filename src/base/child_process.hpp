#pragma once

#include "base/limits.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tscollect::app {

/// How a piece of work ended that ran in a process of its own.
struct ApartResult {
  std::string output;  ///< what it handed over, whole only if `signal` is 0
  int signal = 0;      ///< that killed it; 0: none did
  bool out_of_memory = false;
  std::string last_place;  ///< what it last said it was at
};

/// Runs `work` in a child process and returns the text it makes. For files that nobody vouches for:
/// a crash or endless recursion in a library that reads them takes the child only. `work` is given
/// a function that notes where it is. The child ends with this process. Throws std::system_error
/// where there can be no child.
[[nodiscard]] ApartResult run_apart(
    const std::optional<Limits>& limits,
    const std::function<std::string(const std::function<void(std::string_view)>& at)>& work);

}  // namespace tscollect::app
