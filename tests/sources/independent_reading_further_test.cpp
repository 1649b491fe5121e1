// The sources beyond the default set, read a second time.
#include "support/read_again.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tscollect::sources {
namespace {

using namespace test;

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
  expect_agreement(tcp, [](std::string text) { return read_tcp(text); });
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
  expect_agreement(cgroup, [](std::string text) { return read_cgroup(text); });
  expect_agreement(cgroup_io, [](std::string text) { return read_cgroup_io(text); });
}
TEST(IndependentReading, agrees_on_numa) {
  expect_agreement(numa, [](std::string text) { return read_numa(text); });
}
TEST(IndependentReading, agrees_on_power_and_gpu) {
  expect_agreement(power, [](std::string text) { return read_named_values(text); });
  expect_agreement(gpu, [](std::string text) { return read_named_values(text); });
}
TEST(IndependentReading, agrees_on_lustre) {
  expect_agreement(lustre, [](std::string text) { return read_lustre(text); });
}
TEST(IndependentReading, agrees_on_rdma) {
  expect_agreement(rdma, [](std::string text) { return read_rdma(text); });
}

}  // namespace
}  // namespace tscollect::sources
