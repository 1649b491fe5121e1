// What `tscollect info` keeps of hosts while they go by: JSON is written host by host, and of a
// text only what it shows is kept.
#include "tool/info/info.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace tscollect::tool {
namespace {

/// A host with as much to tell as there can be.
HostReport eventful_host(int number) {
  HostReport host;
  host.outcome.summary.name = fmt::format("node{:04}", number);
  host.outcome.summary.samples = 2000;
  analysis::HostDigest& digest = host.digest.emplace();
  digest.summary = host.outcome.summary;
  for (int i = 0; i < 1000; ++i) {
    digest.gaps.push_back({i * 10, i * 10 + 5, i, i});
    digest.errors.push_back({"meminfo", fmt::format("line {} is odd", i), 1, i, i, i, i, i, i});
    digest.resets.push_back({i, i, "netdev", fmt::format("veth{}", i), "rx_bytes tx_bytes"});
    host.activity.devices.push_back({fmt::format("sd{}", i), "disk", true, {}});
    digest.counters.push_back({"vmstat", fmt::format("field{}", i), "count", {5, 6}});
  }
  digest.summary.gap_count = std::ssize(digest.gaps);
  digest.left_out = {{"netdev", {"docker0", "virbr0"}}};
  return host;
}

TEST(InfoReport, json_is_written_host_by_host) {
  for (const int indent : {2, -1}) {
    std::string text;
    const auto report = json_report([&](std::string_view more) { text += more; }, indent);
    report->begin({});
    std::size_t before = text.size();
    for (int i = 0; i < 3; ++i) {
      report->add(eventful_host(i));
      EXPECT_GT(text.size(), before + 100'000);
      before = text.size();
    }
    report->end();
    const auto parsed = nlohmann::ordered_json::parse(text);
    ASSERT_EQ(parsed.at("hosts").size(), 3U);
    EXPECT_EQ(parsed.at("hosts")[2].at("name"), "node0002");
    EXPECT_EQ(text, parsed.dump(indent) + '\n');
  }
}

TEST(InfoReport, json_of_no_hosts_is_whole) {
  std::string text;
  const auto report = json_report([&](std::string_view more) { text += more; }, 2);
  report->begin({});
  report->end();
  EXPECT_EQ(text, nlohmann::ordered_json::parse(text).dump(2) + '\n');
}

TEST(InfoReport, text_keeps_what_it_shows_of_a_host) {
  std::string text;
  const auto report = text_report([&](std::string_view more) { text += more; });
  report->begin({});
  constexpr int hosts = 60;
  for (int i = 0; i < hosts; ++i) report->add(eventful_host(i));
  report->end();
  // Beside the errors that all have, each adds a few lines.
  EXPECT_LT(text.size(), 1'000'000U);
  EXPECT_NE(text.find("node0059: and 995 more, none longer"), std::string::npos);
  EXPECT_NE(text.find("meminfo: 60 times"), std::string::npos);
  EXPECT_NE(text.find("and 52 more"), std::string::npos);
}

}  // namespace
}  // namespace tscollect::tool
