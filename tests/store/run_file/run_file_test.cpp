// What is written comes back: one host, several hosts, gaps, large values, names.
#include "store/run_file/run_file_reader.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "support/host_blocks.hpp"
#include "support/read_back.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::store {
namespace {

using block::HostBlock;
using tests::make_block;
using tests::TemporaryFolder;

constexpr std::size_t samples = 10;

ReadHost written_and_read(const HostBlock& block) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  tests::write_run(path, {&block, 1});
  const RunFileReader reader(path);
  return reader.read_host(block.summary.name);
}

const ReadSource& source_of(const ReadHost& host, std::string_view name) {
  for (const ReadSource& source : host.sources)
    if (source.description.name == name) return source;
  throw std::logic_error("no source " + std::string(name));
}

TEST(RunFile, gives_back_times_and_values) {
  const ReadHost host = written_and_read(make_block("node01", samples));
  ASSERT_EQ(host.time_ns.size(), samples);
  EXPECT_EQ(host.time_ns[0], tests::start_ns);
  EXPECT_EQ(host.time_ns[9], tests::start_ns + 9'000'000'000);
  EXPECT_EQ(host.tick[9], 9);
  EXPECT_EQ(host.lateness_ns[1], 50'010);
  EXPECT_EQ(host.duration_ns[1], 149'990);
  const ReadSource& meminfo = source_of(host, "meminfo");
  const ReadSource& disks = source_of(host, "diskstats");
  ASSERT_EQ(meminfo.values.size(), samples * 2);
  ASSERT_EQ(disks.values.size(), samples * 4);
  for (std::size_t i = 0; i < samples; ++i) {
    EXPECT_EQ(meminfo.values[2 * i + 1], tests::meminfo_value(i, 1));
    EXPECT_EQ(disks.values[4 * i + 3], tests::disk_value(i, 1, 1));
  }
}

TEST(RunFile, gives_back_descriptions) {
  HostBlock block = make_block("node01", samples);
  const ReadHost host = written_and_read(block);
  ASSERT_EQ(host.sources.size(), block.sources.size());
  for (std::size_t i = 0; i < block.sources.size(); ++i) {
    const block::HostSource& wanted = block.sources[i];
    const block::HostSource& found = host.sources[i].description;
    EXPECT_EQ(found.name, wanted.name);
    EXPECT_EQ(found.fields, wanted.fields);
    EXPECT_EQ(found.row_dimension, wanted.row_dimension);
    EXPECT_EQ(found.row_name_field, wanted.row_name_field);
    EXPECT_EQ(found.kernel_document, wanted.kernel_document);
    EXPECT_EQ(found.summary, wanted.summary);
    EXPECT_EQ(found.row_attributes, wanted.row_attributes);
    EXPECT_EQ(found.row_texts, wanted.row_texts);
    EXPECT_EQ(found.excluded_rows, wanted.excluded_rows);
    EXPECT_EQ(found.has_missing, wanted.has_missing);
    EXPECT_EQ(found.values.shape, wanted.values.shape);
    EXPECT_EQ(found.values.type, wanted.values.type);
  }
  const block::HostSource& disks = source_of(host, "diskstats").description;
  EXPECT_EQ(disks.rows[1].name, "cciss/c0d0p1");
  EXPECT_EQ(disks.rows[1].attributes, (std::vector<std::int64_t>{104, 1, 1}));
  EXPECT_EQ(disks.rows[0].texts, (std::vector<std::string>{"disk", "Grün 1"}));
  EXPECT_EQ(disks.rows[1].texts, (std::vector<std::string>{"partition", ""}));
}

TEST(RunFile, gives_back_the_summary_and_the_run) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  const HostBlock block = make_block("node01", samples);
  tests::write_run(path, {&block, 1});
  const RunFileReader reader(path);
  const block::RunInfo wanted = tests::make_run({"node01"}, samples);
  EXPECT_EQ(reader.run().title, wanted.title);
  EXPECT_EQ(reader.run().labels, wanted.labels);
  EXPECT_EQ(reader.run().job_ids, wanted.job_ids);
  EXPECT_EQ(reader.run().stop_reason, wanted.stop_reason);
  EXPECT_EQ(reader.run().history, wanted.history);
  EXPECT_EQ(reader.run().completeness, block::Completeness::complete);
  ASSERT_EQ(reader.hosts().size(), 1U);
  const block::HostSummary& summary = reader.hosts()[0].summary;
  EXPECT_EQ(summary.samples, 10);
  EXPECT_EQ(summary.first_time_ns, block.summary.first_time_ns);
  EXPECT_EQ(summary.late_max_ns, 70'000);
  EXPECT_EQ(summary.duration_p50_ns, 130'000);
  EXPECT_EQ(summary.duration_p99_ns, 210'000);
  EXPECT_EQ(summary.duration_max_ns, 900'000);
  EXPECT_EQ(summary.cpu_ns, block.summary.cpu_ns);
  EXPECT_EQ(summary.clock_at_start.offset_ns, -1500);
  EXPECT_EQ(summary.clock_at_start.uncertainty_ns, 20);
  EXPECT_EQ(summary.clock_at_stop.uncertainty_ns, -1) << "was not measured";
  EXPECT_EQ(summary.facts.kernel, block.summary.facts.kernel);
  EXPECT_EQ(summary.facts.addresses, block.summary.facts.addresses);
  EXPECT_EQ(summary.facts.memory_kib, 263'000'000);
}

TEST(RunFile, gives_back_phases) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  block::RunInfo run = tests::make_run({}, 0);
  run.phases = {{"write", 1, 5, "node01", 0},
                {"größer\n\"1\"", 2, 3, "", 1},
                {"write", 5, std::numeric_limits<std::int64_t>::max(), "node01", 0}};
  {
    RunFileWriter writer(path);
    writer.finish(run, {});
  }
  EXPECT_EQ(RunFileReader(path).run().phases, run.phases);
}

TEST(RunFile, has_no_phases_where_none_were_marked) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  const HostBlock block = make_block("node01", samples);
  tests::write_run(path, {&block, 1});
  EXPECT_TRUE(RunFileReader(path).run().phases.empty());
}

TEST(RunFile, gives_back_the_head_of_the_data) {
  const TimeSeriesData head = head_of(tests::make_run({"a", "b"}, 20));
  EXPECT_EQ(head.collection_interval_seconds, 1.0);
  EXPECT_EQ(head.num_samples, 20);
  EXPECT_EQ(head.collection_method, "mpi");
  EXPECT_EQ(head.hosts_requested, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(head.samples_by_host.empty());
}

TEST(RunFile, keeps_hosts_that_are_missing_without_inventing_times) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  {
    RunFileWriter writer(path);
    block::HostSummary absent;
    absent.name = "node09";
    const std::array hosts = {
        block::HostOutcome{absent, block::HostState::missing, "did not answer in 20 s"}};
    block::RunInfo run = tests::make_run({"node09"}, 0);
    run.hosts_collected.clear();
    run.completeness = block::Completeness::incomplete;
    writer.finish(run, hosts);
  }
  const RunFileReader reader(path);
  EXPECT_EQ(reader.hosts()[0].state, block::HostState::missing);
  EXPECT_EQ(reader.hosts()[0].why, "did not answer in 20 s");
  EXPECT_EQ(reader.hosts()[0].summary.first_time_ns, 0);
  EXPECT_TRUE(reader.run().hosts_collected.empty());
  EXPECT_THROW(static_cast<void>(reader.read_host("node09")), StoreError);
}

TEST(RunFile, holds_a_host_without_samples) {
  HostBlock block = make_block("node01", 0);
  block.sources.clear();
  const ReadHost host = written_and_read(block);
  EXPECT_TRUE(host.time_ns.empty());
  EXPECT_TRUE(tests::samples_of(host).empty());
}

TEST(RunFile, keeps_missing_cells_apart_from_values) {
  HostBlock block = make_block("node01", 3);
  tests::set_values(block, "meminfo",
                    std::array<std::int64_t, 6>{1, 2, missing_integer, 4, -5, missing_integer});
  const ReadHost host = written_and_read(block);
  const ReadSource& meminfo = source_of(host, "meminfo");
  EXPECT_TRUE(meminfo.description.has_missing);
  EXPECT_FALSE(source_of(host, "vmstat").description.has_missing);
  EXPECT_EQ(meminfo.values,
            (std::vector<std::int64_t>{1, 2, missing_integer, 4, -5, missing_integer}));
}

TEST(RunFile, keeps_missing_reals_as_no_number) {
  HostBlock block = make_block("node01", 2);
  const auto bits = [](double value) { return std::bit_cast<std::int64_t>(value); };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  tests::set_values(block, "loadavg", std::array{bits(0.5), bits(nan), bits(-0.0), bits(7)});
  tests::source_of(block, "loadavg").has_missing = true;
  const ReadSource loadavg = source_of(written_and_read(block), "loadavg");
  EXPECT_TRUE(loadavg.description.has_missing);
  EXPECT_EQ(loadavg.values[0], bits(0.5));
  EXPECT_TRUE(std::isnan(std::bit_cast<double>(loadavg.values[1])));
}

TEST(RunFile, keeps_errors) {
  HostBlock block = make_block("node01", samples);
  block.errors = {{2, 4, 100, 300, 3, "meminfo", "cannot read"},
                  {9, 9, 900, 900, 1, "vmstat", "line 3: 'x' is no number"}};
  const ReadHost host = written_and_read(block);
  ASSERT_EQ(host.errors.size(), 2U);
  EXPECT_EQ(host.errors[0].first_row, 2);
  EXPECT_EQ(host.errors[0].last_row, 4);
  EXPECT_EQ(host.errors[0].first_time_ns, 100);
  EXPECT_EQ(host.errors[0].last_time_ns, 300);
  EXPECT_EQ(host.errors[0].count, 3);
  EXPECT_EQ(host.errors[1].source, "vmstat");
  EXPECT_EQ(host.errors[1].message, "line 3: 'x' is no number");
}

TEST(RunFile, gives_back_host_names_whatever_they_are) {
  for (const std::string name : {"node-01.cluster.example", "a/b", ".", "..", "", "%", "%2F", "a b",
                                 "n\xC3\xB6"
                                 "de"}) {
    const ReadHost host = written_and_read(make_block(name, 2));
    EXPECT_EQ(host.summary.name, name);
    EXPECT_EQ(host.time_ns.size(), 2U);
  }
}

TEST(RunFile, sets_two_sources_with_the_same_kind_of_device_apart) {
  HostBlock block = make_block("node01", 3);
  block::HostSource& other = block.sources.emplace_back(tests::source_of(block, "diskstats"));
  other.name = "other";
  other.rows.front().name = "sdb";
  const ReadHost host = written_and_read(block);
  EXPECT_EQ(source_of(host, "diskstats").description.rows[0].name, "sda");
  EXPECT_EQ(source_of(host, "other").description.rows[0].name, "sdb");
  EXPECT_EQ(source_of(host, "other").description.row_attributes.size(), 3U);
}

TEST(RunFile, holds_texts_of_any_length_and_kind) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  std::vector<std::string> hosts;
  for (int i = 0; i < 6000; ++i) hosts.push_back("a-rather-long-node-name-" + std::to_string(i));
  block::RunInfo run = tests::make_run(hosts, 0);
  run.labels["long"] = std::string(100'000, 'x');
  run.labels["broken"] =
      "a\xFF"
      "b";
  {
    RunFileWriter writer(path);
    writer.finish(run, {});
  }
  const RunFileReader reader(path);
  EXPECT_EQ(reader.run().hosts_requested, hosts);
  EXPECT_EQ(reader.run().labels.at("long").size(), 100'000U);
  EXPECT_EQ(reader.run().labels.at("broken"),
            "a\xEF\xBF\xBD"
            "b");
}

}  // namespace
}  // namespace tscollect::store
