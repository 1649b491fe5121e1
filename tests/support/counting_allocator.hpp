#pragma once

// Replaces the global operator new of the program that includes it: include it in one file of one
// test program only.

#include "support/nothrow_new.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace tscollect::test {

inline std::atomic<std::size_t> allocations{0};

}  // namespace tscollect::test

void* operator new(std::size_t bytes) {
  ++tscollect::test::allocations;
  if (void* const memory = std::malloc(bytes != 0 ? bytes : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*bytes*/) noexcept { std::free(memory); }
