// What the journal costs per sample, beside the bare reading of the five files. It is timed where
// it happens, within a sample, with caches as the sample has left them. Counters of each benchmark:
//
//   floor_us       pread of every file, kept open, until 0
//   journal_us     checking and writing one sample's records, medians of the rounds
//   ratio          journal_us / floor_us: to be 0.15 at most
//   bytes          of the journal per sample, on this machine
//   wall_us        wall time of the same: where each sample is forced to disk, the wait
#include "bench/comparison.hpp"
#include "journal/folder.hpp"
#include "journal/writer.hpp"
#include "sampling/recorder.hpp"
#include "support/temporary_directory.hpp"

#include <chrono>
#include <thread>

namespace tscollect::bench {
namespace {

using namespace std::chrono_literals;

journal::Header some_header() {
  journal::Header header;
  header.run_id = journal::new_run_id();
  header.host = "bench";
  header.interval_ns = 1'000'000;
  header.sources = reference_source_names();
  return header;
}

SampleOptions of_the_five() {
  SampleOptions options;
  options.sources = reference_source_names();
  return options;
}

/// A recorder on this machine with its journal in the temporary folder.
class Subject {
 public:
  explicit Subject(std::optional<std::chrono::nanoseconds> sync_every = std::nullopt)
      : bare_(
            {"/proc/diskstats", "/proc/vmstat", "/proc/loadavg", "/proc/meminfo", "/proc/net/dev"}),
        writer_(some_header(), {folder_.path(), sync_every}),
        recorder_(of_the_five(), stream::TickSchedule{mono_now(), 1ms}, {},
                  [this](std::span<const std::byte> records) {
                    keep(records);
                    return false;
                  }) {
    for (int i = 0; i < 3; ++i) recorder_.take_due();
  }

  template <class Between>
  void round(int repeats, const Between& between) {
    double floor = 0;
    journal_us_ = 0;
    for (int i = 0; i < repeats; ++i) {
      between();
      const double before = cpu_us();
      bare_.read();
      floor += cpu_us() - before;
      between();
      recorder_.take_due();
    }
    floors_.push_back(floor / repeats);
    journals_.push_back(journal_us_ / repeats);
  }

  void report(benchmark::State& state) const {
    state.counters["floor_us"] = median(floors_);
    state.counters["journal_us"] = median(journals_);
    state.counters["ratio"] = median(journals_) / median(floors_);
    state.counters["wall_us"] = median(walls_);
    state.counters["bytes"] =
        static_cast<double>(writer_.bytes()) / static_cast<double>(writer_.samples());
  }

 private:
  void keep(std::span<const std::byte> records) {
    const double before = cpu_us();
    const MonoTime began = mono_now();
    writer_.append(records);
    const auto wall = mono_now() - began;
    journal_us_ += cpu_us() - before;
    walls_.push_back(std::chrono::duration<double, std::micro>(wall).count());
  }

  test::TemporaryDirectory folder_;
  BareReader bare_;
  journal::Writer writer_;
  sampling::Recorder recorder_;
  double journal_us_ = 0;
  std::vector<double> floors_;
  std::vector<double> journals_;
  std::vector<double> walls_;
};

void journal_back_to_back(benchmark::State& state) {
  Subject subject;
  for (auto _ : state) subject.round(20, [] {});
  subject.report(state);
}

void journal_paced_at_10_hz(benchmark::State& state) {
  Subject subject;
  for (auto _ : state) subject.round(1, [] { std::this_thread::sleep_for(100ms); });
  subject.report(state);
}

/// Every sample forced to disk: --journal-sync at its dearest.
void journal_synced_at_10_hz(benchmark::State& state) {
  Subject subject(1ns);
  for (auto _ : state) subject.round(1, [] { std::this_thread::sleep_for(100ms); });
  subject.report(state);
}

BENCHMARK(journal_back_to_back)->Iterations(500);
BENCHMARK(journal_paced_at_10_hz)->Iterations(150);
BENCHMARK(journal_synced_at_10_hz)->Iterations(150);

}  // namespace
}  // namespace tscollect::bench

BENCHMARK_MAIN();
