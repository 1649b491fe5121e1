#pragma once

// For a program that replaces operator new: its forms that do not throw, which call it. The
// standard library has the same, but a sanitizer puts its own in their place and then finds memory
// of one freed by another. Include it in the file that replaces operator new.

#include <cstddef>
#include <new>

void* operator new(std::size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  try {
    return ::operator new(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new[](std::size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  try {
    return ::operator new[](bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
