#pragma once

#include <exception>
#include <new>

namespace tscollect {

/// What an exception says, in words for people. Allocates nothing, for there may be no memory.
[[nodiscard]] inline const char* fault_words(const std::exception& fault) noexcept {
  if (dynamic_cast<const std::bad_alloc*>(&fault) != nullptr) return "there is no memory left";
  return fault.what();
}

}  // namespace tscollect
