#pragma once

#include "journal/writer.hpp"
#include "stream/sample_store.hpp"
#include "support/table_feed.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace tscollect::tests {

/// What a host of a run would have in its journal's header.
inline journal::Header journal_header(const std::string& host = "node01",
                                      const std::string& run = "20250102T030405Z-0badcafe") {
  journal::Header header;
  header.tool_version = "0.1.0";
  header.run_id = run;
  header.host = host;
  header.hostname = host + ".cluster";
  header.start_time_ns = 1'735'786'000'000'000'000;
  header.zero_mono_ns = 5'000'000'000;
  header.interval_ns = 100'000'000;
  header.max_samples = 3600;
  header.sources = {"meminfo", "netdev"};
  header.excluded_rows = {{}, {"docker0"}};
  header.host_count = 2;
  header.hosts_requested = {"node01", "node02"};
  header.labels = {{"purpose", "test"}};
  header.job_ids = {{"SLURM_JOB_ID", "4711"}};
  header.output = "/scratch/run.h5";
  header.history = "2025-01-02T03:04:05.000Z tscollect-mpi 0.1.0: tscollect-mpi -o run.h5";
  header.facts.kernel = "Linux";
  header.facts.cpu_count = 2;
  header.clock_at_start = {17, 3};
  return header;
}

/// Samples that change from one to the next, as records for a journal and in a store beside it. An
/// interface joins at the fifth sample.
class JournalFeed {
 public:
  explicit JournalFeed(const journal::Header& header)
      : feed_(header.sources), encoder_(header.grid(), header.sources.size()) {}

  const std::vector<std::byte>& next() {
    const std::int64_t k = number_++;
    feed_.update(0, fmt::format("MemTotal: 8000 kB\nMemFree: {} kB\nHugePages_Total: {}\n",
                                4000 + 17 * (k % 7), k));
    std::string devices = fmt::format("  lo: {0} 1 0 0 0 0 0 0 {0} 1 0 0 0 0 0 0\n", 1000 * k);
    if (k >= 4) devices += fmt::format("eth0: {0} 2 0 0 0 0 0 0 {0} 2 0 0 0 0 0 0\n", 99 * k * k);
    feed_.update(1, devices);
    if (k % 10 == 3) feed_.fail(0, "meminfo: went away");
    encoder_.encode({k, 1'735'786'000'000'000'000 + k * 100'000'000, 50'000 + k, 200'000 + 3 * k},
                    feed_.readings(), records_);
    store.append(records_);
    return records_;
  }
  /// The next sample begins the stream anew.
  void restart() { encoder_.restart(); }
  [[nodiscard]] std::vector<const table::Source*> recorded() const { return feed_.recorded(); }

  stream::SampleStore store;

 private:
  TableFeed feed_;
  stream::SampleEncoder encoder_;
  std::vector<std::byte> records_;
  std::int64_t number_ = 0;
};

}  // namespace tscollect::tests
