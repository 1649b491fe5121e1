// What a whole sample costs beside the bare reading of the same files: clocks, reading, following,
// encoding and keeping it, without the journal. The targets are in docs/cost.md.
#include "bench/comparison.hpp"
#include "record/recorder.hpp"

#include <chrono>
#include <thread>

namespace tscollect::bench {
namespace {

using namespace std::chrono_literals;

/// A recorder on this machine, and the bare reading of what it reads.
struct Subject {
  Subject()
      : bare(
            {"/proc/diskstats", "/proc/vmstat", "/proc/loadavg", "/proc/meminfo", "/proc/net/dev"}),
        recorder(SampleOptions(), record::TickGrid{mono_now(), 1ms}, 0) {}

  [[nodiscard]] Comparison comparison() {
    return Comparison([this] { bare.read(); }, [this] { recorder.take_due(); });
  }

  BareReader bare;
  record::Recorder recorder;
};

void sample_back_to_back(benchmark::State& state) {
  Subject subject;
  Comparison comparison = subject.comparison();
  for (auto _ : state) comparison.round(20, [] {});
  comparison.report(state);
}

void sample_paced_at_10_hz(benchmark::State& state) {
  Subject subject;
  Comparison comparison = subject.comparison();
  for (auto _ : state) comparison.round(1, [] { std::this_thread::sleep_for(100ms); });
  comparison.report(state);
}

BENCHMARK(sample_back_to_back)->Iterations(500);
BENCHMARK(sample_paced_at_10_hz)->Iterations(150);

}  // namespace
}  // namespace tscollect::bench

BENCHMARK_MAIN();
