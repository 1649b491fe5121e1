// Every fixture read a second time, by a parser that shares nothing with the library and is as
// plain as can be: what both find in good trees must be the same.
#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace tscollect::sources {
namespace {

using namespace test;

const std::vector<std::string> good_trees = {
    "linux-2.6.18",       "linux-3.10",        "linux-4.18",      "linux-5.14",
    "linux-6.18",         "container-lxcfs",   "vmstat-negative", "meminfo-zero-padded",
    "netdev-glued-colon", "netdev-alias-colon"};

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

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

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

void compare(const table::Source& source, Cells (*read)(std::string)) {
  for (const std::string& tree : good_trees) {
    const std::string text = source_text_of(source, tree);
    if (text.empty()) continue;  // not every tree has what came with later kernels
    const table::Table table = table_of(source, text);
    EXPECT_EQ(table.error(), "") << tree;
    EXPECT_EQ(present_cells(table),
              read(source.rearrange == nullptr ? text : raw_text_of(source, tree)))
        << tree;
  }
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

Cells read_rdma(const std::string& text) {
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.at(2) == "N/A") continue;
    if (words[1] == "rate")
      cells[{words[0], "rate_mbps"}] = static_cast<std::int64_t>(std::stod(words[2]) * 1000);
    else
      cells[{words[0], words[1]}] = std::stoll(words[2]);
  }
  return cells;
}

Cells read_tcp(const std::string& text) {
  Cells cells;
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i + 1 < lines.size(); i += 2) {
    const auto names = words_of(lines[i]);
    const auto values = words_of(lines[i + 1]);
    const std::vector<std::string> wanted = {"Ip:", "IpExt:", "Tcp:", "TcpExt:", "Udp:"};
    if (std::ranges::count(wanted, names.at(0)) == 0) continue;
    for (std::size_t field = 1; field < names.size(); ++field)
      cells[{"", names[0].substr(0, names[0].size() - 1) + names[field]}] =
          std::stoll(values.at(field));
  }
  return cells;
}

Cells read_nfs(const std::string& text) {
  const std::vector<std::string> bytes = {"application_read_bytes",
                                          "application_write_bytes",
                                          "direct_read_bytes",
                                          "direct_write_bytes",
                                          "server_read_bytes",
                                          "server_write_bytes",
                                          "read_pages",
                                          "write_pages"};
  const std::vector<std::string> numbers = {"operations",  "transmissions",  "major_timeouts",
                                            "bytes_sent",  "bytes_received", "queue_ms",
                                            "response_ms", "execution_ms",   "errors"};
  Cells cells;
  std::string mount;
  bool in_operations = false;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.empty()) continue;
    if (words[0] == "device") {
      const bool is_nfs = words.at(7) == "nfs" || words.at(7) == "nfs4";
      mount = is_nfs ? words.at(4) : "";
      in_operations = false;
    } else if (mount.empty()) {
      continue;
    } else if (words[0] == "bytes:") {
      for (std::size_t i = 0; i < 8; ++i) cells[{mount, bytes[i]}] = std::stoll(words.at(i + 1));
    } else if (words[0] == "xprt:") {
      const bool udp = words.at(1) == "udp";
      cells[{mount, "transports"}] += 1;
      cells[{mount, "transport_connects"}] += udp ? 0 : std::stoll(words.at(4));
      cells[{mount, "transport_sends"}] += std::stoll(words.at(udp ? 4 : 7));
      cells[{mount, "transport_receives"}] += std::stoll(words.at(udp ? 5 : 8));
      cells[{mount, "transport_bad_xids"}] += std::stoll(words.at(udp ? 6 : 9));
    } else if (words[0] == "per-op") {
      in_operations = true;
    } else if (in_operations && (words.at(1) != "0" || words[0] == "READ:" ||
                                 words[0] == "WRITE:" || words[0] == "COMMIT:")) {
      const std::string name = words[0].substr(0, words[0].size() - 1);
      for (std::size_t i = 1; i < words.size(); ++i)
        cells[{mount, name + "_" + numbers.at(i - 1)}] = std::stoll(words[i]);
    }
  }
  return cells;
}

/// Events have names of ours: only how many there are, and their values, can be compared.
Cells without_events(const table::Table& table) {
  Cells cells;
  for (const auto& [place, value] : present_cells(table)) {
    const std::string& name = place.second;
    const bool has_known_end = name.ends_with("bytes") || name.ends_with("_pages") ||
                               name.starts_with("transport") || (name[0] >= 'A' && name[0] <= 'Z');
    const bool is_event = name.starts_with("vfs_");
    if (has_known_end && !is_event) cells[place] = value;
  }
  return cells;
}

/// "PREFIX file key value" or "PREFIX file value", as the kernel's document names the keys.
Cells read_cgroup(const std::string& text) {
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.size() < 2 || words[0] == "io.stat") continue;
    if (words[0] == "cpu.max") {
      if (words[1] != "max") cells[{"", "cpu.max.quota_usec"}] = std::stoll(words[1]);
      cells[{"", "cpu.max.period_usec"}] = std::stoll(words.at(2));
    } else if (words[0].find(".pressure") != std::string::npos) {
      cells[{"", words[0] + "." + words[1] + "_total"}] = std::stoll(words.at(5).substr(6));
    } else if (words.size() == 2) {
      if (words[1] != "max") cells[{"", words[0]}] = std::stoll(words[1]);
    } else {
      const std::string file =
          words[0].ends_with(".stat") ? words[0].substr(0, words[0].size() - 5) : words[0];
      cells[{"", file + "." + words[1]}] = std::stoll(words[2]);
    }
  }
  return cells;
}

Cells read_cgroup_io(const std::string& text) {
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.at(0) != "io.stat") continue;
    for (std::size_t i = 2; i < words.size(); ++i) {
      const std::size_t equals = words[i].find('=');
      cells[{words[1], words[i].substr(0, equals)}] = std::stoll(words[i].substr(equals + 1));
    }
  }
  return cells;
}

Cells read_numa(const std::string& text) {
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.at(1) == "meminfo")
      cells[{words[0], words.at(4).substr(0, words[4].size() - 1)}] = std::stoll(words.at(5));
    else
      cells[{words[0], words.at(2)}] = std::stoll(words.at(3));
  }
  return cells;
}

Cells read_named_values(const std::string& text) {
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    cells[{words.at(0), words.at(1)}] = std::stoll(words.at(2));
  }
  return cells;
}

Cells read_lustre(const std::string& text) {
  Cells cells;
  for (const std::string& line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.at(3) != "samples") continue;
    cells[{words[0], words[1] + "_samples"}] = std::stoll(words[2]);
    if (words.size() < 8) continue;
    std::string ending = words[4] == "[bytes]"         ? "_bytes"
                         : words[4].starts_with("[us") ? "_us"
                                                       : "_sum";
    if (ending == "_bytes" && words[1].ends_with("_bytes")) ending = "_sum";
    cells[{words[0], words[1] + ending}] = std::stoll(words[7]);
  }
  return cells;
}

TEST(IndependentReading, agrees_on_tcp) {
  compare(tcp, [](std::string text) { return read_tcp(text); });
}
TEST(IndependentReading, agrees_on_nfs) {
  for (const char* tree : {"linux-3.10", "linux-5.14"}) {
    const table::Table table = table_of(nfs, source_text_of(nfs, tree));
    Cells expected = read_nfs(raw_text_of(nfs, tree));
    EXPECT_EQ(without_events(table), expected) << tree;
    const std::size_t events = tree == std::string("linux-3.10") ? 25 : 27;
    EXPECT_EQ(present_cells(table).size(), expected.size() + events * table.rows().size()) << tree;
  }
}
TEST(IndependentReading, agrees_on_cgroup_and_its_io) {
  compare(cgroup, [](std::string text) { return read_cgroup(text); });
  compare(cgroup_io, [](std::string text) { return read_cgroup_io(text); });
}
TEST(IndependentReading, agrees_on_numa) {
  compare(numa, [](std::string text) { return read_numa(text); });
}
TEST(IndependentReading, agrees_on_power_and_gpu) {
  compare(power, [](std::string text) { return read_named_values(text); });
  compare(gpu, [](std::string text) { return read_named_values(text); });
}
TEST(IndependentReading, agrees_on_lustre) {
  compare(lustre, [](std::string text) { return read_lustre(text); });
}

TEST(IndependentReading, agrees_on_diskstats) {
  compare(diskstats, [](std::string text) { return read_diskstats(text); });
}
TEST(IndependentReading, agrees_on_vmstat) {
  compare(vmstat, [](std::string text) { return read_vmstat(text); });
}
TEST(IndependentReading, agrees_on_loadavg) {
  compare(loadavg, [](std::string text) { return read_loadavg(std::move(text)); });
}
TEST(IndependentReading, agrees_on_meminfo) {
  compare(meminfo, [](std::string text) { return read_meminfo(text); });
}
TEST(IndependentReading, agrees_on_net_dev) {
  compare(netdev, [](std::string text) { return read_net_dev(text); });
}
TEST(IndependentReading, agrees_on_cpu_and_percpu) {
  compare(cpu, [](std::string text) { return read_stat(text, false); });
  compare(percpu, [](std::string text) { return read_stat(text, true); });
}
TEST(IndependentReading, agrees_on_pressure) {
  compare(pressure, [](std::string text) { return read_pressure(std::move(text)); });
}
TEST(IndependentReading, agrees_on_rdma) {
  compare(rdma, [](std::string text) { return read_rdma(text); });
}

// Broken trees: whatever the library makes of them, it names at most what the folder is named
// after, and the other files read well.
TEST(IndependentReading, finds_faults_only_where_a_tree_says) {
  for (const auto& entry : std::filesystem::directory_iterator(fixture_path(""))) {
    if (!std::filesystem::exists(entry.path() / "proc") || entry.path().filename() == "empty")
      continue;
    const std::string tree = entry.path().filename().string();
    for (const table::Source& source : table::registry()) {
      if (source.is_reading_time) continue;
      const std::string text = source_text_of(source, tree);
      const bool has_no_io = text.find("io.stat") == std::string::npos;
      if (source.description.name == "cgroup_io" && has_no_io) continue;  // version 1 has it
      const bool is_of_the_five =
          std::ranges::count(reference_source_names(), source.description.name) == 1;
      if (text.empty() && !is_of_the_five) continue;  // no stat, no pressure, no RDMA devices
      const table::Table table = table_of(source, text);
      EXPECT_TRUE(table.error().empty() || tree.starts_with(source.description.name) ||
                  tree.starts_with(source.description.path))
          << tree << ": " << table.error();
      EXPECT_FALSE(present_cells(table).empty()) << tree << " " << source.description.name;
    }
  }
}

}  // namespace
}  // namespace tscollect::sources
