// What reading and following the files of sources costs beside the bare reading of them, which no
// collector can go below. Both are measured in turns within one run, by CPU time (user and system),
// since times of different runs do not compare on a shared machine. Counters of each benchmark:
//
//   floor_us   pread of every file, kept open, until 0
//   ours_us    SourceText::read and Table::update of the same files
//   ratio      ours_us / floor_us; *_median: of the single rounds, less disturbed by the neighbours
//   ns_per_value  of what ours costs beyond the floor
#include "sampling/source_text.hpp"
#include "sources/sources.hpp"
#include "table/table.hpp"
#include "support/big_machine.hpp"
#include "support/temporary_directory.hpp"

#include <benchmark/benchmark.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <thread>
#include <vector>

namespace tscollect {
namespace {

using table::Source;
using table::Table;

double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) * 1e-3;
}

/// The same files read twice: barely, and as the collector does.
class Readers {
 public:
  Readers(const std::filesystem::path& proc, const std::vector<const Source*>& which)
      : bare_text_(std::size_t{4} << 20, '\0') {
    const table::Roots roots{proc, "/sys"};
    for (const Source* source : which) {
      if (texts_.empty() || !texts_.back().text.serves(*source)) {
        texts_.push_back({sampling::SourceText(*source, roots), tables_.size(), 0});
        if (source->find_files == nullptr)
          open(proc / source->description.path);
        else if (const auto files = source->find_files(roots))
          for (const table::SourceFile& file : *files) open(file.path);
      }
      tables_.emplace_back(*source, table::DeviceFilter());
      texts_.back().tables_end = tables_.size();
    }
  }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;
  ~Readers() {
    for (const int descriptor : descriptors_) ::close(descriptor);
  }

  void read_barely() {
    for (const int descriptor : descriptors_) {
      std::size_t size = 0;
      for (ssize_t got = 1; got > 0; size += static_cast<std::size_t>(got))
        got = ::pread(descriptor, bare_text_.data() + size, bare_text_.size() - size,
                      static_cast<off_t>(size));
      benchmark::DoNotOptimize(size);
    }
  }

  void read_and_follow() {
    for (Text& text : texts_)
      if (text.text.read(text_))
        for (std::size_t i = text.tables_begin; i < text.tables_end; ++i) tables_[i].update(text_);
  }

  [[nodiscard]] std::size_t values() const {
    std::size_t count = 0;
    for (const Table& table : tables_) count += table.values().size();
    return count;
  }

 private:
  /// A text, and the tables that follow it.
  struct Text {
    sampling::SourceText text;
    std::size_t tables_begin = 0;
    std::size_t tables_end = 0;
  };

  void open(const std::filesystem::path& path) {
    descriptors_.push_back(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  }

  std::string bare_text_;
  std::vector<int> descriptors_;
  std::vector<Text> texts_;
  std::vector<Table> tables_;
  procfs::TextBuffer text_;  // one for all, as in the sampler
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// One round: `between()` and then `samples` of each kind, in turns so that neither is always
/// first.
class Comparison {
 public:
  explicit Comparison(Readers& readers) : readers_(&readers) {
    for (int i = 0; i < 3; ++i) readers_->read_and_follow();
  }

  template <class Between>
  void round(int samples, const Between& between) {
    const bool bare_first = floor_.size() % 2 == 0;
    for (const bool bare : {bare_first, !bare_first}) {
      double spent = 0;
      for (int i = 0; i < samples; ++i) {
        between();
        const double before = cpu_us();
        bare ? readers_->read_barely() : readers_->read_and_follow();
        spent += cpu_us() - before;
      }
      (bare ? floor_ : ours_).push_back(spent / samples);
    }
  }

  void report(benchmark::State& state) const {
    double floor = 0;
    double ours = 0;
    for (const double each : floor_) floor += each / static_cast<double>(floor_.size());
    for (const double each : ours_) ours += each / static_cast<double>(ours_.size());
    state.counters["floor_us"] = floor;
    state.counters["ours_us"] = ours;
    state.counters["ratio"] = ours / floor;
    state.counters["floor_us_median"] = median(floor_);
    state.counters["ours_us_median"] = median(ours_);
    state.counters["ratio_median"] = median(ours_) / median(floor_);
    state.counters["values"] = static_cast<double>(readers_->values());
    state.counters["ns_per_value"] =
        (median(ours_) - median(floor_)) * 1e3 / static_cast<double>(readers_->values());
  }

 private:
  Readers* readers_;
  std::vector<double> floor_;
  std::vector<double> ours_;
};

const std::vector<const Source*> the_five = {
    &sources::diskstats, &sources::vmstat, &sources::loadavg, &sources::meminfo, &sources::netdev};

void back_to_back(benchmark::State& state, const std::vector<const Source*>& which) {
  Readers readers("/proc", which);
  Comparison comparison(readers);
  for (auto _ : state) comparison.round(20, [] {});
  comparison.report(state);
}

void paced_at_10_hz(benchmark::State& state) {
  Readers readers("/proc", the_five);
  Comparison comparison(readers);
  for (auto _ : state)
    comparison.round(1, [] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); });
  comparison.report(state);
}

// Another program used the core in between, and left nothing in its caches: what a benchmark host
// looks like, and steadier than waiting for it to happen.
void with_cold_caches(benchmark::State& state) {
  std::vector<std::uint64_t> other_work(std::size_t{8} << 20);  // 64 MiB
  Readers readers("/proc", the_five);
  Comparison comparison(readers);
  for (auto _ : state)
    comparison.round(1, [&] {
      for (std::size_t i = 0; i < other_work.size(); i += 8) ++other_work[i];
      benchmark::ClobberMemory();
    });
  comparison.report(state);
}

// Ordinary files in memory: reading them costs the kernel a copy and no formatting, so the ratio
// says little here, and the time per value all the more.
void big_machine(benchmark::State& state) {
  const test::TemporaryDirectory folder;
  const test::BigMachine machine(500, 200);
  std::uint64_t step = 0;
  machine.write(folder.path(), step);
  Readers readers(folder.path(), {&sources::diskstats, &sources::netdev});
  Comparison comparison(readers);
  for (auto _ : state) comparison.round(1, [&] { machine.write(folder.path(), ++step); });
  comparison.report(state);
}

BENCHMARK_CAPTURE(back_to_back, five_files, the_five)->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, diskstats, {&sources::diskstats})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, vmstat, {&sources::vmstat})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, loadavg, {&sources::loadavg})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, meminfo, {&sources::meminfo})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, netdev, {&sources::netdev})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, cpu, {&sources::cpu})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, percpu, {&sources::percpu})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, cpu_and_percpu, {&sources::cpu, &sources::percpu})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, pressure, {&sources::pressure})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, tcp, {&sources::tcp})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, nfs, {&sources::nfs})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, cgroup, {&sources::cgroup})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, cgroup_and_io, {&sources::cgroup, &sources::cgroup_io})
    ->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, numa, {&sources::numa})->Iterations(500);
BENCHMARK_CAPTURE(back_to_back, default_set,
                  {&sources::diskstats, &sources::vmstat, &sources::loadavg, &sources::meminfo,
                   &sources::netdev, &sources::cpu, &sources::pressure})
    ->Iterations(500);
BENCHMARK(with_cold_caches)->Iterations(400);
BENCHMARK(paced_at_10_hz)->Iterations(150);
BENCHMARK(big_machine)->Iterations(300);

}  // namespace
}  // namespace tscollect

BENCHMARK_MAIN();
