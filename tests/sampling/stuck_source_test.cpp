// A read that does not return costs the cells of its own source, and nothing else.
#include "sampling/sampling_thread.hpp"
#include "support/read_gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>

namespace tscollect::sampling {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> sources = {"diskstats", "vmstat", "loadavg",  "meminfo",
                                          "netdev",    "cpu",    "pressure", "rdma"};
/// The sixth reading of a file is held.
constexpr int reads_before = 5;
/// In the paths of their files.
const std::map<std::string, std::string> files = {
    {"diskstats", "/diskstats"}, {"vmstat", "/vmstat"},   {"loadavg", "/loadavg"},
    {"meminfo", "/meminfo"},     {"netdev", "/net/dev"},  {"cpu", "/stat"},
    {"pressure", "/pressure/"},  {"rdma", "/infiniband/"}};

/// What each source had: a letter a sample, '+' values, '-' none, 'E' none and an error.
using Rows = std::map<std::string, std::string>;
struct Run {
  Rows rows;
  std::vector<LateSource> late;
};

Run run_with(const std::set<std::string>& stuck, int samples, bool releases = false) {
  SampleOptions options;
  options.procfs = TSCOLLECT_FIXTURES "/linux-6.18/proc";
  options.sysfs = TSCOLLECT_FIXTURES "/linux-6.18/sys";
  options.sources = sources;
  options.sources_if_present.clear();  // those are read once more, at the start
  std::set<std::string> held;
  for (const std::string& name : stuck)
    held.insert("linux-6.18" +
                (name == "rdma" ? "/sys/class" + files.at(name) : "/proc" + files.at(name)));
  test::hold_reads(held, reads_before);
  const auto recorder = std::make_shared<Recorder>(options, stream::TickSchedule{mono_now(), 100ms},
                                                   RecorderLimits{});
  Rows rows;
  {
    SamplingThread thread(recorder, MonoTime::max());
    const MonoTime deadline = mono_now() + 60s;
    const auto wait_for = [&](std::int64_t count) {
      while (recorder->samples() < count && mono_now() < deadline) std::this_thread::sleep_for(5ms);
    };
    wait_for(samples);
    if (releases) {
      test::release_reads();
      wait_for(2 * samples);
    }
    thread.stop();
    EXPECT_TRUE(thread.wait_for_end(base::Deadline(30s)));
    EXPECT_EQ(thread.error(), "");
    EXPECT_EQ(test::held_reads() > 0, !stuck.empty());
  }
  const auto readings = recorder->sampler().readings();
  stream::SampleDecoder decoder(recorder->grid(), readings.size());
  std::int64_t last_tick = -1;
  recorder->store().for_each_record([&](std::span<const std::byte> record) {
    if (!decoder.take(record)) return !decoder.failed();
    EXPECT_GT(decoder.clock().tick, last_tick);
    last_tick = decoder.clock().tick;
    for (std::size_t i = 0; i < readings.size(); ++i) {
      const stream::StreamSource& source = decoder.sources()[i];
      const bool has_values = std::ranges::any_of(source.global, [&](std::uint32_t place) {
        return decoder.values()[place] != missing_integer;
      });
      rows[std::string(readings[i].table->source().description.name)] += has_values ? '+'
                                                                         : source.error.empty()
                                                                             ? '-'
                                                                             : 'E';
    }
    return true;
  });
  EXPECT_FALSE(decoder.failed());
  const auto late = recorder->sampler().late_sources();
  test::release_reads();
  return {rows, late};
}

std::string values(std::size_t count) { return std::string(count, '+'); }

void expect_cells_of_its_own_only(const std::string& stuck) {
  const auto [rows, late] = run_with({stuck}, 12);
  const std::size_t samples = rows.at("loadavg").size();
  ASSERT_GE(samples, 12U);
  for (const auto& [source, row] : rows) {
    if (source == "reading_time") continue;
    if (source == stuck)
      EXPECT_EQ(row, values(5) + std::string(samples - 5, 'E')) << source;
    else
      EXPECT_EQ(row, values(samples)) << source;
  }
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].names, stuck);
  EXPECT_NE(late[0].path.string().find(files.at(stuck).substr(0, 5)), std::string::npos);
  EXPECT_EQ(late[0].samples, static_cast<std::int64_t>(samples) - 5);
  EXPECT_TRUE(late[0].is_out);
}

// No TEST_P: its lists inside of GoogleTest have another layout where containers are checked.
TEST(StuckSource, diskstats) { expect_cells_of_its_own_only("diskstats"); }
TEST(StuckSource, vmstat) { expect_cells_of_its_own_only("vmstat"); }
TEST(StuckSource, loadavg) { expect_cells_of_its_own_only("loadavg"); }
TEST(StuckSource, meminfo) { expect_cells_of_its_own_only("meminfo"); }
TEST(StuckSource, netdev) { expect_cells_of_its_own_only("netdev"); }
TEST(StuckSource, cpu) { expect_cells_of_its_own_only("cpu"); }
TEST(StuckSource, pressure) { expect_cells_of_its_own_only("pressure"); }
TEST(StuckSource, rdma) { expect_cells_of_its_own_only("rdma"); }

TEST(StuckSources, all_of_them_leave_the_clocks) {
  const auto [rows, late] = run_with({sources.begin(), sources.end()}, 15);
  EXPECT_EQ(late.size(), sources.size());
  for (const auto& [source, row] : rows) {
    if (source == "reading_time") continue;
    EXPECT_EQ(row, values(5) + std::string(row.size() - 5, 'E')) << source;
  }
}

TEST(StuckSources, come_back_when_their_reads_do) {
  const auto [rows, late] = run_with({"meminfo", "rdma"}, 15, true);
  for (const char* source : {"meminfo", "rdma"}) {
    const std::string& row = rows.at(source);
    EXPECT_EQ(row.substr(0, 10), "+++++EEEEE") << source;
    EXPECT_EQ(row.back(), '+') << row;
  }
  EXPECT_EQ(rows.at("vmstat"), values(rows.at("vmstat").size()));
  ASSERT_EQ(late.size(), 2U);
  EXPECT_FALSE(late[0].is_out || late[1].is_out);
}

TEST(SlowSources, have_the_time_that_each_reading_took) {
  const Rows rows = run_with({}, 8).rows;
  EXPECT_EQ(rows.at("reading_time"), values(rows.at("vmstat").size()));
}

}  // namespace
}  // namespace tscollect::sampling
