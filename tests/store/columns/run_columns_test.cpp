// Run files by columns: what RunWriter takes comes back from RunReader.
#include "support/host_blocks.hpp"
#include "support/temporary_folder.hpp"

#include <tscollect/run_reader.hpp>
#include <tscollect/run_writer.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace tscollect {
namespace {

using namespace std::chrono_literals;
using tests::TemporaryFolder;

constexpr std::size_t samples = 5000;  // longer than a chunk

WallTime time_of(std::size_t sample) {
  return WallTime(1'700'000'000s + 100ms * static_cast<int>(sample));
}

Column integers(std::vector<std::int64_t> cells) {
  return {.type = ValueType::integer, .integer_cells = std::move(cells)};
}

std::vector<std::int64_t> counted(std::int64_t first, std::int64_t step) {
  std::vector<std::int64_t> cells;
  for (std::size_t i = 0; i < samples; ++i)
    cells.push_back(first + step * static_cast<std::int64_t>(i));
  return cells;
}

SourceColumns disks() {
  SourceLayout layout{.name = "diskstats",
                      .fields = {{"reads_completed", "count", Kind::counter},
                                 {"ios_in_progress", "count", Kind::gauge}},
                      .row_dimension = "disk",
                      .row_name_field = "device_name",
                      .rows = {"sda", "sdb"}};
  std::vector<std::int64_t> with_gap = counted(30, 1);
  with_gap[17] = missing_integer;
  std::vector<std::int64_t> reset = counted(1000, 2);
  for (std::size_t i = 4990; i < samples; ++i) reset[i] = static_cast<std::int64_t>(i - 4990);
  return {layout,
          {integers(counted(10, 3)), integers(with_gap), integers(reset), integers(counted(5, 0))}};
}

SourceColumns load() {
  Column column{.type = ValueType::real};
  for (std::size_t i = 0; i < samples; ++i) column.real_cells.push_back(0.25 * static_cast<int>(i));
  column.real_cells[3] = std::numeric_limits<double>::quiet_NaN();
  column.real_cells[4] = -0.0;  // has the bits of a missing integer
  return {{.name = "loadavg",
           .type = ValueType::real,
           .fields = {{"load_1min", "processes", Kind::gauge, ValueType::real}}},
          {column}};
}

SourceColumns large() {
  Column column = integers(counted(std::numeric_limits<std::int64_t>::min() + 1, 1));
  column.is_uint64 = true;
  return {{.name = "vmstat", .fields = {{"nr_odd", "count", Kind::gauge}}}, {column}};
}

HostColumns host(const std::string& name) {
  HostColumns host;
  host.name = name;
  for (std::size_t i = 0; i < samples; ++i) host.times.times.push_back(time_of(i));
  host.sources = {disks(), load(), large()};
  return host;
}

class RunColumns : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "run.h5"; }

  void write(const std::vector<HostColumns>& hosts) const {
    RunWriter writer(file(), 100ms);
    for (const HostColumns& each : hosts) writer.add_host(each);
    writer.finish({.stop_reason = "test", .labels = {{"kind", "columns"}}});
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(RunColumns, gives_back_integers_reals_and_what_is_missing) {
  write({host("node01"), host("node02")});
  const RunReader reader(file());
  EXPECT_EQ(reader.run().samples, static_cast<std::int64_t>(2 * samples));
  EXPECT_EQ(reader.run().labels.at("kind"), "columns");
  ASSERT_EQ(reader.hosts().size(), 2U);
  const RunHost node = reader.host("node02");
  const HostColumns wanted = host("node02");
  const Column reads = node.device_column("diskstats", "sdb", "reads_completed");
  EXPECT_EQ(reads.integer_cells, wanted.sources[0].columns[2].integer_cells);
  EXPECT_EQ(reads.missing_cells(), 0U);
  const Column in_progress = node.device_column("diskstats", "sda", "ios_in_progress");
  EXPECT_EQ(in_progress.missing_cells(), 1U);
  EXPECT_TRUE(in_progress.is_missing(17));
  const Column real = node.column("loadavg", "load_1min");
  ASSERT_EQ(real.reals().size(), samples);
  EXPECT_TRUE(real.is_missing(3));
  EXPECT_EQ(real.missing_cells(), 1U);
  EXPECT_EQ(real.reals()[4], 0.0);
  EXPECT_EQ(real.reals()[4999], 0.25 * 4999);
  const Column uint64 = node.column("vmstat", "nr_odd");
  EXPECT_TRUE(uint64.is_uint64);
  EXPECT_EQ(uint64.integer_cells, wanted.sources[2].columns[0].integer_cells);
  EXPECT_FALSE(reads.is_uint64);
}

TEST_F(RunColumns, describes_sources_as_they_were_written) {
  write({host("node01")});
  const RunReader reader(file());
  const RunHost node = reader.host("node01");
  ASSERT_EQ(node.sources().size(), 3U);
  const SourceLayout& layout = node.sources().front();
  EXPECT_EQ(layout.rows, (std::vector<std::string>{"sda", "sdb"}));
  EXPECT_EQ(layout.fields, disks().layout.fields);
  EXPECT_EQ(layout.row_name_field, "device_name");
  EXPECT_EQ(node.sources()[1].type, ValueType::real);
}

TEST_F(RunColumns, takes_samples_of_a_time_range_half_open) {
  write({host("node01")});
  const RunReader reader(file());
  const RunHost node = reader.host("node01");
  const TimeRange range{time_of(4090), time_of(4100)};
  const SampleTimes times = node.times(range);
  ASSERT_EQ(times.times.size(), 10U);
  EXPECT_EQ(times.times.front(), time_of(4090));
  EXPECT_EQ(times.ticks.back(), 4099);
  const Column column = node.device_column("diskstats", "sda", "reads_completed", range);
  ASSERT_EQ(column.size(), 10U);
  EXPECT_EQ(column.integers().front(), 10 + 3 * 4090);
  EXPECT_EQ(node.times({time_of(samples), WallTime::max()}).times.size(), 0U);
  EXPECT_EQ(node.column("loadavg", "load_1min", {time_of(9), time_of(9)}).size(), 0U);
}

TEST_F(RunColumns, counts_missed_ticks_and_counters_that_fall) {
  HostColumns late = host("node01");
  for (std::size_t i = 0; i < samples; ++i)
    late.times.ticks.push_back(static_cast<std::int64_t>(i < 100 ? i : i + 200));
  write({late});
  const RunReader reader(file());
  const HostDescription& description = reader.hosts().front();
  EXPECT_EQ(description.missed_ticks, 200);
  EXPECT_EQ(description.state, HostState::partial);
  EXPECT_EQ(description.counter_resets, 1);
  EXPECT_EQ(description.first_time, time_of(0));
}

TEST_F(RunColumns, refuses_what_does_not_fit) {
  RunWriter writer(file(), 100ms);
  HostColumns short_column = host("node01");
  short_column.sources[1].columns[0].real_cells.pop_back();
  EXPECT_THROW(writer.add_host(short_column), std::invalid_argument);
  HostColumns other_type = host("node01");
  other_type.sources[1].columns[0] = integers(counted(0, 0));
  EXPECT_THROW(writer.add_host(other_type), std::invalid_argument);
  HostColumns one_too_few = host("node01");
  one_too_few.sources[0].columns.pop_back();
  EXPECT_THROW(writer.add_host(one_too_few), std::invalid_argument);
  HostColumns falling = host("node01");
  falling.times.ticks.assign(samples, 1);
  EXPECT_THROW(writer.add_host(falling), std::invalid_argument);
  HostColumns twice = host("node01");
  twice.sources.push_back(twice.sources.front());
  EXPECT_THROW(writer.add_host(twice), std::invalid_argument);
  writer.add_host(host("node01"));
  EXPECT_THROW(writer.add_host(host("node01")), std::invalid_argument);
}

TEST_F(RunColumns, names_what_is_not_there) {
  write({host("node01")});
  const RunReader reader(file());
  EXPECT_THROW((void)reader.host("node09"), FileError);
  const RunHost node = reader.host("node01");
  EXPECT_THROW((void)node.column("nonsense", "load_1min"), FileError);
  EXPECT_THROW((void)node.column("loadavg", "nonsense"), FileError);
  EXPECT_THROW((void)node.column("diskstats", "reads_completed"), FileError);
  EXPECT_THROW((void)node.device_column("diskstats", "sdz", "reads_completed"), FileError);
  EXPECT_THROW((void)node.device_column("loadavg", "sda", "load_1min"), FileError);
}

TEST_F(RunColumns, leaves_nothing_of_a_run_that_was_not_finished) {
  { RunWriter(file(), 100ms).add_host(host("node01")); }
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(RunColumns, keeps_a_file_that_is_there_unless_asked) {
  std::ofstream(file()) << "something";
  EXPECT_THROW(RunWriter(file(), 100ms), FileError);
  RunWriter writer(file(), 100ms, true);
  writer.add_host(host("node01"));
  writer.finish();
  EXPECT_EQ(RunReader(file()).hosts().size(), 1U);
}

TEST_F(RunColumns, reads_what_the_collector_wrote) {
  tests::write_run(file(), std::vector{tests::make_block("node01", 10)});
  const RunReader reader(file());
  const Column column =
      reader.host("node01").device_column("diskstats", "cciss/c0d0p1", "time_reading_ms");
  ASSERT_EQ(column.size(), 10U);
  EXPECT_EQ(column.integers()[9], tests::disk_value(9, 1, 1));
}

TEST_F(RunColumns, outlives_the_reader_that_opened_it) {
  write({host("node01")});
  const RunHost node = RunReader(file()).host("node01");
  EXPECT_EQ(node.column("loadavg", "load_1min").size(), samples);
}

}  // namespace
}  // namespace tscollect
