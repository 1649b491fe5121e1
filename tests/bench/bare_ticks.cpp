// The yardstick for lateness: nothing but clock_nanosleep to absolute deadlines.
//
//   bare_ticks INTERVAL_SECONDS COUNT
//
// prints the 50th and 99th percentile of the lateness in nanoseconds.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  constexpr long long second = 1'000'000'000;
  const auto interval = static_cast<long long>(std::atof(argv[1]) * 1e9);
  const int count = std::atoi(argv[2]);
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const long long zero = now.tv_sec * second + now.tv_nsec;
  std::vector<long long> late;
  for (int tick = 1; tick <= count; ++tick) {
    const long long due = zero + tick * interval;
    const timespec deadline{static_cast<time_t>(due / second), static_cast<long>(due % second)};
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr);
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    late.push_back(now.tv_sec * second + now.tv_nsec - due);
  }
  std::sort(late.begin(), late.end());
  std::printf("%lld %lld\n", late[late.size() / 2], late[late.size() * 99 / 100]);
}
