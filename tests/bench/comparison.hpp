#pragma once

#include <benchmark/benchmark.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

// Costs are compared as ratios within one run, the two sides in turns: times of different runs do
// not compare on a shared machine.

namespace tscollect::bench {

/// User and system time of this process, in microseconds.
[[nodiscard]] inline double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) * 1e-3;
}

[[nodiscard]] inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// The floor that no collector can go below: pread of every file, kept open, until it returns 0.
class BareReader {
 public:
  explicit BareReader(const std::vector<std::filesystem::path>& paths)
      : text_(std::size_t{4} << 20, '\0') {
    for (const auto& path : paths)
      descriptors_.push_back(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  }
  BareReader(const BareReader&) = delete;
  BareReader& operator=(const BareReader&) = delete;
  ~BareReader() {
    for (const int descriptor : descriptors_) ::close(descriptor);
  }

  void read() {
    for (const int descriptor : descriptors_) {
      std::size_t size = 0;
      for (ssize_t got = 1; got > 0; size += static_cast<std::size_t>(got))
        got =
            ::pread(descriptor, text_.data() + size, text_.size() - size, static_cast<off_t>(size));
      benchmark::DoNotOptimize(size);
    }
  }

 private:
  std::string text_;
  std::vector<int> descriptors_;
};

/// Two ways to do the same, measured in turns.
class Comparison {
 public:
  Comparison(std::function<void()> floor, std::function<void()> ours)
      : floor_(std::move(floor)), ours_(std::move(ours)) {
    // Whatever is learned, opened or grown once is not a sample's cost.
    for (int i = 0; i < 3; ++i) {
      floor_();
      ours_();
    }
  }

  /// `repeats` of each, `between()` before every one; neither side is always first.
  template <class Between>
  void round(int repeats, const Between& between) {
    const bool floor_first = floor_us_.size() % 2 == 0;
    for (const bool floor : {floor_first, !floor_first}) {
      double spent = 0;
      for (int i = 0; i < repeats; ++i) {
        between();
        const double before = cpu_us();
        floor ? floor_() : ours_();
        spent += cpu_us() - before;
      }
      (floor ? floor_us_ : ours_us_).push_back(spent / repeats);
    }
  }

  /// Counters of the benchmark: medians of the rounds, which neighbours disturb less than means.
  void report(benchmark::State& state) const {
    state.counters["floor_us"] = median(floor_us_);
    state.counters["ours_us"] = median(ours_us_);
    state.counters["ratio"] = median(ours_us_) / median(floor_us_);
  }

 private:
  std::function<void()> floor_;
  std::function<void()> ours_;
  std::vector<double> floor_us_;
  std::vector<double> ours_us_;
};

}  // namespace tscollect::bench
