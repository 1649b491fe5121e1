// A fixed amount of work on every core, as the benchmark that a collector must not disturb.
//
//   workload cpu|memory ROUNDS
//
// For each line on its standard input it does the work once and prints the seconds that the slowest
// core took: integer arithmetic in registers, or sweeps over 32 MiB a core, more than the caches
// hold.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

std::uint64_t compute(int rounds) {
  std::uint64_t state = 88172645463325252ULL;
  for (int i = 0; i < rounds * 1'000'000; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  return state;
}

std::uint64_t sweep(std::vector<std::uint64_t>& memory, int rounds) {
  constexpr std::size_t words_per_cache_line = 8;
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < memory.size(); i += words_per_cache_line) memory[i] += i;
  return memory[memory.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const bool sweeps = std::string_view(argv[1]) == "memory";
  const int rounds = std::atoi(argv[2]);
  const unsigned cores = std::thread::hardware_concurrency();
  constexpr std::size_t words = std::size_t{4} << 20;
  std::vector<std::vector<std::uint64_t>> memory(cores,
                                                 std::vector<std::uint64_t>(sweeps ? words : 1));
  std::vector<std::uint64_t> results(cores);
  for (std::string line; std::getline(std::cin, line);) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (unsigned core = 0; core < cores; ++core)
      threads.emplace_back(
          [&, core] { results[core] += sweeps ? sweep(memory[core], rounds) : compute(rounds); });
    for (std::thread& thread : threads) thread.join();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    std::uint64_t all = 0;  // printed, lest the work be left out
    for (const std::uint64_t result : results) all ^= result;
    std::printf("%.6f %llu\n", spent.count(), static_cast<unsigned long long>(all & 1));
    std::fflush(stdout);
  }
}
