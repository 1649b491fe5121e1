// A fixed amount of work on every core, as the benchmark that a collector must not disturb: integer
// arithmetic, then sweeps over memory larger than the caches. Prints the seconds of the slowest
// core.
//
//   workload ROUNDS
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

std::uint64_t work(int rounds) {
  std::vector<std::uint64_t> memory(std::size_t{2} << 20, 1);  // 16 MiB
  std::uint64_t state = 88172645463325252ULL;
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < 2'000'000; ++i) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
    }
    for (std::size_t i = 0; i < memory.size(); i += 8) memory[i] += state;
  }
  return memory[8] + state;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
  const unsigned cores = std::thread::hardware_concurrency();
  std::vector<std::uint64_t> results(cores);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (unsigned core = 0; core < cores; ++core)
    threads.emplace_back([&, core] { results[core] = work(rounds); });
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  std::uint64_t all = 0;
  for (const std::uint64_t result : results) all ^= result;
  std::printf("%.6f %llu\n", spent.count(), static_cast<unsigned long long>(all & 1));
}
