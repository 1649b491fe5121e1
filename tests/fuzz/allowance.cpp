// Counts what operator new hands out. HDF5 allocates by itself: its share is bounded by libFuzzer.
#include "fuzz/allowance.hpp"

#include "fuzz/fuzz.hpp"
#include "support/nothrow_new.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>

namespace tscollect::fuzz {

namespace {

struct Counts {
  std::size_t live = 0;
  std::size_t peak = 0;
  std::size_t all = 0;
};

thread_local bool counting = false;
thread_local Counts counts;

/// Allocated in all, in multiples of what may be allocated at a time.
constexpr std::size_t most_turnover = 200;

constexpr std::int64_t ns_per_second = 1'000'000'000;
/// A sanitizer and a busy machine included: what goes beyond is no matter of noise.
constexpr std::int64_t always_ns = 5 * ns_per_second;
constexpr std::int64_t ns_per_byte = ns_per_second / 1000;

std::int64_t cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * ns_per_second + now.tv_nsec;
}

void take(void* memory) noexcept {
  if (!counting) return;
  const std::size_t bytes = malloc_usable_size(memory);
  counts.live += bytes;
  counts.all += bytes;
  counts.peak = std::max(counts.peak, counts.live);
}

void give_back(void* memory) noexcept {
  if (counting) counts.live -= std::min(counts.live, malloc_usable_size(memory));
}

}  // namespace

Account::Account(std::size_t input_bytes, Allowance allowance)
    : input_bytes_(input_bytes), allowance_(allowance), start_ns_(cpu_ns()) {
  counts = {};
  counting = true;
}

Account::~Account() {
  counting = false;
  const std::int64_t took_ns = cpu_ns() - start_ns_;
  const std::size_t most = allowance_.always_bytes + allowance_.per_byte * input_bytes_;
  const auto most_ns = always_ns + ns_per_byte * static_cast<std::int64_t>(input_bytes_);
  static const bool tells = std::getenv("TSCOLLECT_FUZZ_ACCOUNT") != nullptr;
  const bool kept = counts.peak <= most && counts.all / most_turnover <= most && took_ns <= most_ns;
  if (tells || !kept)
    std::fprintf(
        stderr, "%zu bytes of input: %zu bytes at a time, %zu in all, %lld us; allowed %zu\n",
        input_bytes_, counts.peak, counts.all, static_cast<long long>(took_ns / 1000), most);
  require(kept);
}

}  // namespace tscollect::fuzz

namespace {

void* allocate(std::size_t bytes) {
  void* const memory = std::malloc(bytes != 0 ? bytes : 1);
  if (memory == nullptr) throw std::bad_alloc();
  tscollect::fuzz::take(memory);
  return memory;
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  tscollect::fuzz::give_back(memory);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes); }
void* operator new[](std::size_t bytes) { return allocate(bytes); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t /*bytes*/) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t /*bytes*/) noexcept { release(memory); }
