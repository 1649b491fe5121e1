#pragma once

#include <exception>
#include <new>

namespace tscollect {

/// What an exception says, in words for people. Allocates nothing, for there may be no memory.
[[nodiscard]] inline const char* error_text(const std::exception& error) noexcept {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return "there is no memory left";
  return error.what();
}

}  // namespace tscollect
