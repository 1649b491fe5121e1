// What the file says went wrong, and reading a part of it.
#include "store/run_file/run_file_reader.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "support/host_blocks.hpp"
#include "support/read_back.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace tscollect::store {
namespace {

using block::HostBlock;
using tests::make_block;
using tests::TemporaryFolder;

TEST(RunFileEvents, come_back_as_they_were) {
  HostBlock block = make_block("node01", 10);
  block.gaps = {{3, 5, 3, 1000}, {9, 9, 6, 2000}};
  block.resets = {{4, 1500, "diskstats", "sda", "reads_completed time_reading_ms"},
                  {7, 1700, "vmstat", "", "pgfault"}};
  block.summary.gap_count = 2;
  block.summary.late_ticks = 4;
  block.summary.reset_count = 1234;
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  tests::write_run(path, {&block, 1});
  const RunFileReader reader(path);
  const block::HostSummary& summary = reader.hosts()[0].summary;
  EXPECT_EQ(summary.gap_count, 2);
  EXPECT_EQ(summary.late_ticks, 4);
  EXPECT_EQ(summary.reset_count, 1234);
  const ReadHost host = reader.read_host("node01");
  ASSERT_EQ(host.gaps.size(), 2U);
  EXPECT_EQ(host.gaps[0].first_tick, 3);
  EXPECT_EQ(host.gaps[0].last_tick, 5);
  EXPECT_EQ(host.gaps[1].next_row, 6);
  EXPECT_EQ(host.gaps[1].next_time_ns, 2000);
  ASSERT_EQ(host.resets.size(), 2U);
  EXPECT_EQ(host.resets[0].device, "sda");
  EXPECT_EQ(host.resets[0].fields, "reads_completed time_reading_ms");
  EXPECT_EQ(host.resets[1].source, "vmstat");
  EXPECT_EQ(host.resets[1].device, "");
  EXPECT_EQ(host.resets[1].row, 7);
  EXPECT_EQ(host.resets[1].time_ns, 1700);
}

TEST(RunFileEvents, cost_nothing_where_there_were_none) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  const HostBlock block = make_block("node01", 10);
  tests::write_run(path, {&block, 1});
  const ReadHost host = RunFileReader(path).read_host("node01");
  EXPECT_TRUE(host.errors.empty());
  EXPECT_TRUE(host.gaps.empty());
  EXPECT_TRUE(host.resets.empty());
}

// An attribute in an object's header ends at 64 KiB.
TEST(RunFileEvents, name_thousands_of_hosts_with_long_names) {
  std::vector<block::HostOutcome> hosts;
  std::vector<std::string> names;
  for (int i = 0; i < 4096; ++i) {
    block::HostOutcome& host = hosts.emplace_back();
    host.summary.name = "compute-node-with-a-long-name-" + std::to_string(i) + ".cluster.example";
    host.state = block::HostState::missing;
    names.push_back(host.summary.name);
  }
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  {
    RunFileWriter writer(path);
    block::RunInfo run = tests::make_run(names, 0);
    run.completeness = block::Completeness::incomplete;
    writer.finish(run, hosts);
  }
  const RunFileReader reader(path);
  EXPECT_EQ(reader.run().hosts_requested, names);
  EXPECT_EQ(reader.run().labels, tests::make_run(names, 0).labels);
  ASSERT_EQ(reader.hosts().size(), names.size());
  EXPECT_EQ(reader.hosts().back().summary.name, names.back());
}

TEST(RunFileRows, are_those_asked_for_with_their_errors) {
  HostBlock block = make_block("node01", 10);
  block.errors = {{5, 6, 100, 200, 2, "meminfo", "meminfo: gone"}};
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  tests::write_run(path, {&block, 1});
  const RunFileReader reader(path);
  const auto whole = tests::samples_of(reader.read_host("node01"));
  for (const auto& [first, count] : {std::array<std::size_t, 2>{0, 10}, {0, 4}, {4, 4}, {6, 9}}) {
    const ReadHost part = reader.open_host("node01").read(first, count);
    const auto samples = tests::samples_of(part);
    ASSERT_EQ(samples.size(), std::min(count, 10 - first));
    EXPECT_EQ(part.first_row, first);
    EXPECT_EQ(part.tick.front(), static_cast<std::int64_t>(first));
    for (std::size_t i = 0; i < samples.size(); ++i) {
      EXPECT_EQ(samples[i].timestamp, whole[first + i].timestamp);
      EXPECT_EQ(samples[i].sources, whole[first + i].sources) << first << '+' << i;
      EXPECT_EQ(samples[i].errors, whole[first + i].errors) << first << '+' << i;
    }
  }
}

TEST(RunFileRows, may_be_none_and_still_tell_the_layout) {
  const HostBlock block = make_block("node01", 10);
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  tests::write_run(path, {&block, 1});
  const RunFileReader reader(path);
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{10}, std::uint64_t{99}}) {
    const ReadHost none = reader.open_host("node01").read(first, 0);
    EXPECT_TRUE(none.time_ns.empty());
    ASSERT_EQ(none.sources.size(), block.sources.size());
    EXPECT_EQ(none.sources[0].description.fields, block.sources[0].fields);
    EXPECT_TRUE(none.sources[0].values.empty());
  }
}

}  // namespace
}  // namespace tscollect::store
