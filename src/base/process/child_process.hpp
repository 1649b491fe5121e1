#pragma once

#include "base/process/limits.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tscollect::base {

/// How the work in a child process ended.
struct ChildResult {
  std::string output;  ///< its result, complete only if `signal` is 0
  int signal = 0;      ///< signal that killed the child; 0: none
  bool out_of_memory = false;
  std::string last_place;  ///< the last place that the work reported
};

/// Runs `work` in a child process and returns its text. For untrusted files: a crash or endless
/// recursion in the library that reads them ends only the child. `work` gets a function with which
/// it reports its current place. The child ends when this process ends. Throws std::system_error if
/// no child can be started.
[[nodiscard]] ChildResult run_in_child(
    const std::optional<Limits>& limits,
    const std::function<std::string(const std::function<void(std::string_view)>& at)>& work);

}  // namespace tscollect::base
