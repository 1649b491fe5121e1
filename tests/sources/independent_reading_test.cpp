// The sources of the default set, read a second time.
#include "support/read_again.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

namespace tscollect::sources {
namespace {

using namespace test;

const std::vector<std::string> disk_fields = {"reads_completed",
                                              "reads_merged",
                                              "sectors_read",
                                              "time_reading_ms",
                                              "writes_completed",
                                              "writes_merged",
                                              "sectors_written",
                                              "time_writing_ms",
                                              "ios_in_progress",
                                              "time_doing_ios_ms",
                                              "weighted_time_doing_ios_ms",
                                              "discards_completed",
                                              "discards_merged",
                                              "sectors_discarded",
                                              "time_discarding_ms",
                                              "flush_requests_completed",
                                              "time_flushing_ms"};

const std::vector<std::string> net_fields = {
    "rx_bytes",      "rx_packets",    "rx_errors",  "rx_dropped",   "rx_fifo",   "rx_frame",
    "rx_compressed", "rx_multicast",  "tx_bytes",   "tx_packets",   "tx_errors", "tx_dropped",
    "tx_fifo",       "tx_collisions", "tx_carrier", "tx_compressed"};

Cells read_diskstats(const std::string& text) {
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    const std::vector<std::string> partition = {"reads_completed", "sectors_read",
                                                "writes_completed", "sectors_written"};
    const auto& names = words.size() == 7 ? partition : disk_fields;
    for (std::size_t i = 3; i < words.size(); ++i)
      cells[{words[2], names.at(i - 3)}] = std::stoll(words[i]);
  }
  return cells;
}

Cells read_vmstat(const std::string& text) {
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    cells[{"", words.at(0)}] = std::stoll(words.at(1));
  }
  return cells;
}

Cells read_loadavg(std::string text) {
  std::ranges::replace(text, '/', ' ');
  const auto words = words_of(text);
  Cells cells;
  const char* averages[] = {"load_1min", "load_5min", "load_15min"};
  for (std::size_t i = 0; i < 3; ++i)
    cells[{"", averages[i]}] = std::bit_cast<std::int64_t>(std::stod(words.at(i)));
  cells[{"", "running_processes"}] = std::stoll(words.at(3));
  cells[{"", "total_processes"}] = std::stoll(words.at(4));
  return cells;
}

Cells read_meminfo(const std::string& text) {
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    cells[{"", words.at(0).substr(0, words.at(0).size() - 1)}] = std::stoll(words.at(1));
  }
  return cells;
}

Cells read_net_dev(const std::string& text) {
  Cells cells;
  const auto lines = lines_of(text);
  for (std::size_t i = 2; i < lines.size(); ++i) {
    if (lines[i].find("No statistics") != std::string::npos) continue;
    std::string line = lines[i];
    line.insert(line.rfind(':') + 1, " ");
    const auto words = words_of(line);
    const std::string name = words.at(0).substr(0, words.at(0).size() - 1);
    for (std::size_t field = 0; field < net_fields.size(); ++field)
      cells[{name, net_fields[field]}] = std::stoll(words.at(field + 1));
  }
  return cells;
}

const std::vector<std::string> cpu_times = {"user", "nice",    "system", "idle",  "iowait",
                                            "irq",  "softirq", "steal",  "guest", "guest_nice"};

Cells read_stat(const std::string& text, bool each_cpu) {
  const std::map<std::string, std::string> totals = {{"intr", "interrupts"},
                                                     {"ctxt", "context_switches"},
                                                     {"processes", "forks"},
                                                     {"softirq", "softirqs"},
                                                     {"procs_running", "procs_running"},
                                                     {"procs_blocked", "procs_blocked"}};
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.at(0).substr(0, 3) == "cpu" && (words[0] != "cpu") == each_cpu) {
      for (std::size_t i = 1; i < words.size(); ++i)
        cells[{each_cpu ? words[0] : "", cpu_times.at(i - 1)}] = std::stoll(words[i]);
    } else if (!each_cpu && totals.contains(words[0])) {
      cells[{"", totals.at(words[0])}] = std::stoll(words.at(1));
    }
  }
  return cells;
}

Cells read_pressure(std::string text) {
  std::ranges::replace(text, '=', ' ');
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    cells[{"", words.at(0) + "_" + words.at(1) + "_total"}] = std::stoll(words.at(9));
  }
  return cells;
}

TEST(IndependentReading, agrees_on_diskstats) {
  expect_agreement(diskstats, [](std::string text) { return read_diskstats(text); });
}
TEST(IndependentReading, agrees_on_vmstat) {
  expect_agreement(vmstat, [](std::string text) { return read_vmstat(text); });
}
TEST(IndependentReading, agrees_on_loadavg) {
  expect_agreement(loadavg, [](std::string text) { return read_loadavg(std::move(text)); });
}
TEST(IndependentReading, agrees_on_meminfo) {
  expect_agreement(meminfo, [](std::string text) { return read_meminfo(text); });
}
TEST(IndependentReading, agrees_on_net_dev) {
  expect_agreement(netdev, [](std::string text) { return read_net_dev(text); });
}
TEST(IndependentReading, agrees_on_cpu_and_percpu) {
  expect_agreement(cpu, [](std::string text) { return read_stat(text, false); });
  expect_agreement(percpu, [](std::string text) { return read_stat(text, true); });
}
TEST(IndependentReading, agrees_on_pressure) {
  expect_agreement(pressure, [](std::string text) { return read_pressure(std::move(text)); });
}

}  // namespace
}  // namespace tscollect::sources
