#pragma once

#include <exception>
#include <new>

namespace tscollect {

/// The message of an exception, for users. Allocates nothing, as memory may be exhausted.
[[nodiscard]] inline const char* error_text(const std::exception& error) noexcept {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return "out of memory";
  return error.what();
}

}  // namespace tscollect
