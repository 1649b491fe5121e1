// The yardstick for ticks: nothing but clock_nanosleep to absolute deadlines, and if asked the bare
// reading of the five files.
//
//   bare_ticks INTERVAL_SECONDS COUNT [read]
//
// prints the 50th and 99th percentile of the lateness, and the CPU time of all ticks, in
// nanoseconds.
#include "bench/comparison.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return 2;
  tscollect::bench::BareReader files(
      {"/proc/diskstats", "/proc/vmstat", "/proc/loadavg", "/proc/meminfo", "/proc/net/dev"});
  const bool reads = argc == 4;
  constexpr long long second = 1'000'000'000;
  const auto interval = static_cast<long long>(std::atof(argv[1]) * 1e9);
  const int count = std::atoi(argv[2]);
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const long long zero = now.tv_sec * second + now.tv_nsec;
  std::vector<long long> late;
  const double cpu_before_us = tscollect::bench::cpu_us();
  for (int tick = 1; tick <= count; ++tick) {
    const long long due = zero + tick * interval;
    const timespec deadline{static_cast<time_t>(due / second), static_cast<long>(due % second)};
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr);
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    late.push_back(now.tv_sec * second + now.tv_nsec - due);
    if (reads) files.read();
  }
  const auto cpu_ns = static_cast<long long>((tscollect::bench::cpu_us() - cpu_before_us) * 1e3);
  std::sort(late.begin(), late.end());
  std::printf("%lld %lld %lld\n", late[late.size() / 2], late[late.size() * 99 / 100], cpu_ns);
}
