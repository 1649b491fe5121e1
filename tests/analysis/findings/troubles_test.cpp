// What went wrong in a run: for each rule a run in which it must appear, and ones in which it must
// not.
#include "support/made_run.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tscollect::analysis {
namespace {

using tests::always;
using tests::between;
using tests::MadeRun;

std::string only(const MadeRun::Result& result) {
  EXPECT_EQ(result.findings.size(), 1U);
  return result.findings.empty() ? "" : result.findings.front().text;
}

constexpr double usual = 700e6;

TEST(Straggler, is_told_with_its_share_and_its_time) {
  MadeRun run(120);
  run.add_phase("read 1", 20, 100);
  for (int i = 0; i < 10; ++i) {
    const double pace = usual * (1 + 0.01 * (i % 5));
    run.add("node" + std::to_string(i), {{"disk.read.throughput", "sda", between(20, 100, pace)},
                                         {"disk.write.throughput", "sda", always(1e6)}});
  }
  run.add("node101", {{"disk.read.throughput", "sda", [](std::size_t sample) {
                         if (sample <= 20 || sample > 100) return 0.0;
                         return sample <= 40 ? usual : 0.3 * usual;
                       }}});
  const auto result = run.judged_by(straggler_rule());
  EXPECT_EQ(only(result),
            "node101 reads at 47 % of the median host in read 1, from 22:20:40 to 22:21:40: 332 "
            "MB/s; the median is 714 MB/s.");
  EXPECT_EQ(result.findings[0].period->begin, 40);
  EXPECT_EQ(result.findings[0].period->end, 100);
}

TEST(Straggler, is_none_among_equals_few_or_idle_hosts) {
  MadeRun equal(60);
  for (int i = 0; i < 10; ++i)
    equal.add("node" + std::to_string(i),
              {{"disk.read.throughput", "sda", always(usual * (1 + 0.05 * i))}});
  const auto result = equal.judged_by(straggler_rule());
  EXPECT_TRUE(result.findings.empty());
  EXPECT_TRUE(result.was_judged);
  MadeRun spread(60);  // hosts differ as a rule
  for (int i = 1; i <= 10; ++i)
    spread.add("node" + std::to_string(i), {{"disk.read.throughput", "sda", always(80e6 * i)}});
  EXPECT_TRUE(spread.judged_by(straggler_rule()).findings.empty());
  MadeRun few(60);
  few.add("a", {{"disk.read.throughput", "sda", always(usual)}});
  few.add("b", {{"disk.read.throughput", "sda", always(0.2 * usual)}});
  EXPECT_FALSE(few.judged_by(straggler_rule()).was_judged);
  MadeRun idle(60);
  for (int i = 0; i < 10; ++i)
    idle.add("node" + std::to_string(i),
             {{"disk.read.throughput", "sda", always(i == 3 ? 100 : 5e5)}});
  EXPECT_TRUE(idle.judged_by(straggler_rule()).findings.empty());
}

TEST(UnevenDevices, are_busy_ones_that_share_unevenly) {
  MadeRun run;
  run.add("node1", {{"disk.read.throughput", "nvme0n1", always(900e6)},
                    {"disk.read.throughput", "nvme1n1", always(880e6)},
                    {"disk.read.throughput", "nvme2n1", always(300e6)},
                    {"disk.read.throughput", "sda", always(1e6)}});
  EXPECT_EQ(only(run.judged_by(uneven_devices_rule())),
            "node1 shared the work unevenly among its devices in the run: nvme2n1 moved 300 MB/s, "
            "nvme0n1 moved 900 MB/s.");
  MadeRun even;
  even.add("node1", {{"disk.read.throughput", "nvme0n1", always(900e6)},
                     {"disk.write.throughput", "nvme1n1", always(700e6)},
                     {"disk.read.throughput", "sda", always(1e6)}});
  const auto result = even.judged_by(uneven_devices_rule());
  EXPECT_TRUE(result.findings.empty());
  EXPECT_TRUE(result.was_judged);
  MadeRun single;
  single.add("node1", {{"disk.read.throughput", "nvme0n1", always(900e6)}});
  EXPECT_FALSE(single.judged_by(uneven_devices_rule()).was_judged);
}

TEST(NetworkErrors, are_told_from_a_number_on) {
  MadeRun run;
  run.add("node1", {{"net.rx.errors", "eth0", between(10, 20, 30)}});
  const auto result = run.judged_by(network_errors_rule());
  EXPECT_EQ(only(result), "node1 lost or damaged packets in the run: 300 errors in receiving.");
  EXPECT_EQ(result.findings[0].period->begin, 10);
  EXPECT_EQ(result.findings[0].period->end, 20);
  MadeRun drops;
  drops.add("node1",
            {{"net.rx.drops", "eth0", always(50)}, {"net.rx.packets", "eth0", always(10000)}});
  EXPECT_EQ(only(drops.judged_by(network_errors_rule())),
            "node1 lost or damaged packets in the run: 2950 received packets dropped, 0.5 % of "
            "them.");
  MadeRun again;
  again.add("node1", {{"tcp.retransmission_share", "", always(2.5)},
                      {"tcp.segments_sent", "", always(10000)}});
  EXPECT_EQ(only(again.judged_by(network_errors_rule())),
            "node1 sent TCP segments again in the run: 2.50 % of 590000.");
}

TEST(NetworkErrors, are_none_for_a_few_drops_among_many_packets) {
  MadeRun run;
  run.add("node1", {{"net.rx.errors", "eth0", between(10, 11, 3)},
                    {"net.rx.drops", "eth0", always(5)},
                    {"net.rx.packets", "eth0", always(1e6)},
                    {"tcp.retransmission_share", "", always(0.01)},
                    {"tcp.segments_sent", "", always(10000)}});
  const auto result = run.judged_by(network_errors_rule());
  EXPECT_TRUE(result.findings.empty());
  EXPECT_TRUE(result.was_judged);
}

TEST(ClocksApart, are_told_with_their_offset) {
  const auto offset = [](std::int64_t start_ms, std::int64_t stop_ms) {
    return [=](block::HostSummary& host) {
      host.clock_at_start = {start_ms * 1'000'000, 1000, 0};
      host.clock_at_stop = {stop_ms * 1'000'000, 1000, 0};
    };
  };
  MadeRun apart;
  apart.add("node1", {}, offset(0, 0));
  apart.add("node2", {}, offset(-2500, -2499));
  EXPECT_EQ(only(apart.judged_by(clocks_apart_rule())),
            "node2 had another time in the run: -2.500 s against the clock of rank 0.");
  MadeRun was_set;
  was_set.add("node1", {}, offset(1, 3600'001));
  EXPECT_EQ(only(was_set.judged_by(clocks_apart_rule())),
            "node1 had its clock set, or one that runs wrong, in the run: +0.001 s against the "
            "clock of rank 0 at the start, +3600.001 s at the stop.");
  MadeRun together;
  together.add("node1", {}, offset(3, 4));
  const auto result = together.judged_by(clocks_apart_rule());
  EXPECT_TRUE(result.findings.empty());
  EXPECT_TRUE(result.was_judged);
  MadeRun unknown;
  unknown.add("node1", {});
  EXPECT_FALSE(unknown.judged_by(clocks_apart_rule()).was_judged);
}

TEST(SamplesMissed, are_hosts_and_ticks) {
  MadeRun run;
  run.add_missing("node7", "did not answer within 20 s");
  run.add("node8", {}, [](block::HostSummary& host) { host.missed_ticks = 40; });
  run.add("node9", {}, [](block::HostSummary& host) { host.missed_ticks = 0; });
  const auto result = run.judged_by(samples_missed_rule());
  EXPECT_EQ(only(result),
            "node7 is not in the file: did not answer within 20 s. node8 missed 40 of 100 ticks.");
  ASSERT_EQ(result.findings[0].evidence.size(), 2U);
  EXPECT_EQ(result.findings[0].evidence[0].threshold, "");
  EXPECT_EQ(result.findings[0].evidence[1].value, "missed 40 of 100 ticks");
  EXPECT_EQ(result.findings[0].evidence[1].threshold, "at least 1 % of the ticks");
  MadeRun whole(1000);
  whole.add("node1", {}, [](block::HostSummary& host) { host.missed_ticks = 5; });
  EXPECT_TRUE(whole.judged_by(samples_missed_rule()).findings.empty());
}

}  // namespace
}  // namespace tscollect::analysis
