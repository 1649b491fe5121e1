// What a whole sample costs beside the bare reading of the same files: clocks, reading, following,
// encoding and keeping it, without the journal. The targets are in docs/cost.md.
//
// The tree of many devices consists of ordinary files: the kernel only copies their text and
// formats nothing, so that the floor is far below that of a machine with as many devices.
#include "bench/comparison.hpp"
#include "sampling/recorder.hpp"
#include "sampling/tick_wait.hpp"
#include "support/big_machine.hpp"
#include "support/temporary_directory.hpp"
#include "table/source.hpp"

#include <chrono>
#include <set>
#include <thread>
#include <vector>

namespace tscollect::bench {
namespace {

using namespace std::chrono_literals;

/// A recorder of the files below a root, and the bare reading of what it reads.
struct Subject {
  explicit Subject(const std::filesystem::path& proc)
      : bare({proc / "diskstats", proc / "vmstat", proc / "loadavg", proc / "meminfo",
              proc / "net/dev"}),
        recorder(options_of(proc), stream::TickSchedule{mono_now(), 1ms}, {}) {}

  static SampleOptions options_of(const std::filesystem::path& proc) {
    SampleOptions options;
    options.procfs = proc;
    options.sources = reference_source_names();
    return options;
  }
  [[nodiscard]] Comparison comparison() {
    return Comparison([this] { bare.read(); }, [this] { recorder.take_due(); });
  }

  BareReader bare;
  sampling::Recorder recorder;
};

/// The recorded files of a fixture, but with 500 block devices and 200 interfaces of which one in
/// ten is busy.
struct ManyDevices {
  ManyDevices() {
    const std::filesystem::path fixture = TSCOLLECT_FIXTURES "/linux-6.18/proc";
    for (const char* name : {"vmstat", "loadavg", "meminfo"})
      std::filesystem::copy_file(fixture / name, folder.path() / name);
    next();
  }
  void next() { machine.write(folder.path(), ++step); }

  test::TemporaryDirectory folder;
  test::BigMachine machine{500, 200};
  std::uint64_t step = 0;
};

void sample_back_to_back(benchmark::State& state) {
  Subject subject("/proc");
  Comparison comparison = subject.comparison();
  for (auto _ : state) comparison.round(20, [] {});
  comparison.report(state);
}

void sample_paced_at_10_hz(benchmark::State& state) {
  Subject subject("/proc");
  Comparison comparison = subject.comparison();
  for (auto _ : state) comparison.round(1, [] { std::this_thread::sleep_for(100ms); });
  comparison.report(state);
}

// All that a tick costs: the floor sleeps in clock_nanosleep, ours in its TickWait.
void tick_at_10_hz_with_its_wait(benchmark::State& state) {
  Subject subject("/proc");
  sampling::TickWait waiter;
  Comparison comparison(
      [&] {
        std::this_thread::sleep_for(100ms);
        subject.bare.read();
      },
      [&] {
        benchmark::DoNotOptimize(waiter.wait_until(mono_now() + 100ms));
        subject.recorder.take_due();
      });
  for (auto _ : state) comparison.round(1, [] {});
  comparison.report(state);
}

void many_devices_back_to_back(benchmark::State& state) {
  ManyDevices tree;
  Subject subject(tree.folder.path());
  Comparison comparison = subject.comparison();
  for (auto _ : state) comparison.round(1, [&] { tree.next(); });
  comparison.report(state);
}

void many_devices_paced_at_10_hz(benchmark::State& state) {
  ManyDevices tree;
  Subject subject(tree.folder.path());
  Comparison comparison = subject.comparison();
  for (auto _ : state)
    comparison.round(1, [&] {
      tree.next();
      std::this_thread::sleep_for(100ms);
    });
  comparison.report(state);
}

/// Everything that this machine has, those that are read on threads of their own included.
struct AllSources {
  AllSources() : bare(files()), recorder(options(), stream::TickSchedule{mono_now(), 1ms}, {}) {}

  static SampleOptions options() {
    const SourceSelection all = select_sources("all").value();
    SampleOptions options;
    options.sources = all.names;
    options.sources_if_present = all.if_present;
    return options;
  }
  static std::vector<std::filesystem::path> files() {
    const table::Roots roots{"/proc", "/sys"};
    std::set<std::filesystem::path> paths;
    for (const table::Source& source : table::registry()) {
      if (source.is_reading_time) continue;
      if (source.find_files == nullptr) {
        paths.insert(roots.procfs / source.description.path);
      } else if (const auto found = source.find_files(roots)) {
        for (const table::SourceFile& file : *found) paths.insert(file.path);
      }
    }
    return {paths.begin(), paths.end()};
  }

  BareReader bare;
  sampling::Recorder recorder;
};

void all_sources(benchmark::State& state, std::chrono::milliseconds interval) {
  AllSources all;
  Comparison comparison([&] { all.bare.read(); }, [&] { all.recorder.take_due(); });
  for (auto _ : state) comparison.round(1, [&] { std::this_thread::sleep_for(interval); });
  comparison.report(state);
}

void all_sources_back_to_back(benchmark::State& state) { all_sources(state, 0ms); }
void all_sources_paced_at_10_hz(benchmark::State& state) { all_sources(state, 100ms); }
void all_sources_paced_at_1_hz(benchmark::State& state) { all_sources(state, 1000ms); }

BENCHMARK(sample_back_to_back)->Iterations(500);
BENCHMARK(sample_paced_at_10_hz)->Iterations(150);
BENCHMARK(tick_at_10_hz_with_its_wait)->Iterations(150);
BENCHMARK(many_devices_back_to_back)->Iterations(300);
BENCHMARK(many_devices_paced_at_10_hz)->Iterations(60);
BENCHMARK(all_sources_back_to_back)->Iterations(500);
BENCHMARK(all_sources_paced_at_10_hz)->Iterations(150);
BENCHMARK(all_sources_paced_at_1_hz)->Iterations(30);

}  // namespace
}  // namespace tscollect::bench

BENCHMARK_MAIN();
