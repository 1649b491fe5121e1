#pragma once

#include <cerrno>
#include <chrono>
#include <ctime>
#include <system_error>

namespace tscollect::sampling {

[[nodiscard]] inline timespec to_timespec(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return {static_cast<time_t>(whole.count()), static_cast<long>((time - whole).count())};
}

/// The result of a system call that is not expected to fail; throws std::system_error if it did.
inline int checked(int outcome, const char* call) {
  if (outcome < 0) throw std::system_error(errno, std::generic_category(), call);
  return outcome;
}

}  // namespace tscollect::sampling
