// What held a run back: for each rule a run in which it must appear, and ones in which it must not.
#include "support/made_run.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tscollect::analysis {
namespace {

using tests::always;
using tests::between;
using tests::MadeRun;

/// The only finding; its text.
std::string only(const MadeRun::Result& result) {
  EXPECT_EQ(result.findings.size(), 1U);
  return result.findings.empty() ? "" : result.findings.front().text;
}

TEST(CpuBound, is_a_host_whose_cpus_are_busy_for_half_of_a_phase) {
  MadeRun run;
  run.add_phase("write 1", 10, 30);
  run.add("node1", {{"cpu.busy", "", between(10, 25, 97, 5)}, {"cpu.iowait", "", always(1)}});
  const auto result = run.judged_by(cpu_bound_rule());
  EXPECT_EQ(only(result), "node1 had busy CPUs for 75 % of write 1: 97.0 % of all CPU time.");
  EXPECT_EQ(result.findings[0].period->begin, 10);
  EXPECT_EQ(result.findings[0].period->end, 25);
  ASSERT_EQ(result.findings[0].evidence.size(), 2U);
  EXPECT_EQ(result.findings[0].evidence[0].value, "97.0 %");
}

TEST(CpuBound, is_none_where_cpus_wait_or_are_busy_for_a_moment) {
  MadeRun waits;
  waits.add("node1", {{"cpu.busy", "", always(95)}, {"cpu.iowait", "", always(12)}});
  EXPECT_TRUE(waits.judged_by(cpu_bound_rule()).findings.empty());
  MadeRun moment;
  moment.add("node1", {{"cpu.busy", "", between(10, 30, 99, 20)}});
  const auto result = moment.judged_by(cpu_bound_rule());
  EXPECT_TRUE(result.findings.empty());
  EXPECT_TRUE(result.was_judged);
  MadeRun nothing;
  nothing.add("node1", {{"memory.available", "", always(1)}});
  EXPECT_FALSE(nothing.judged_by(cpu_bound_rule()).was_judged);
}

TEST(CpuBound, is_told_once_for_many_hosts_and_for_the_whole_run) {
  MadeRun run;
  run.add_phase("write 1", 10, 30);
  for (int i = 0; i < 20; ++i)
    run.add("node" + std::to_string(i), {{"cpu.busy", "", always(91 + i % 5)}});
  const auto result = run.judged_by(cpu_bound_rule());
  EXPECT_EQ(only(result),
            "node4 had busy CPUs for all of the run: 95.0 % of all CPU time. So it was with 19 "
            "more, on 20 hosts in all.");
  EXPECT_EQ(result.findings[0].host_count, 20U);
  EXPECT_EQ(result.findings[0].hosts.size(), 8U);
  EXPECT_EQ(result.findings[0].evidence.back().value, "write 1");
}

/// A disk that is at its limit in the second half, of which a test may take something away.
void add_disk(MadeRun& run, double busy, double queue, double latency, double pressure) {
  run.add("node1", {{"disk.busy", "sda", between(20, 60, busy, 3)},
                    {"disk.queue_depth", "sda", between(20, 60, queue, 0.1)},
                    {"disk.write.latency", "sda", between(20, 60, latency, 0.2)},
                    {"disk.write.iops", "sda", always(500)},
                    {"disk.write.throughput", "sda", between(20, 60, 250e6)},
                    {"pressure.io.some", "", between(20, 60, pressure)}});
}

TEST(SaturatedDisk, is_busy_with_a_queue_long_waits_and_pressure_together) {
  MadeRun run;
  add_disk(run, 99, 32, 8, 60);
  const auto result = run.judged_by(saturated_disk_rule());
  EXPECT_EQ(only(result),
            "sda of node1 had all that it could do for 66 % of the run: 32.0 requests waited or "
            "were under way, and each took 8.00 ms.");
  EXPECT_EQ(result.findings[0].evidence.size(), 5U);
}

TEST(SaturatedDisk, is_none_if_any_of_it_is_missing) {
  for (const auto& [busy, queue, latency, pressure] : {std::tuple{60.0, 32.0, 8.0, 60.0},
                                                       {99.0, 1.0, 8.0, 60.0},
                                                       {99.0, 32.0, 0.1, 60.0},
                                                       {99.0, 32.0, 8.0, 2.0}}) {
    MadeRun run;
    add_disk(run, busy, queue, latency, pressure);
    const auto result = run.judged_by(saturated_disk_rule());
    EXPECT_TRUE(result.findings.empty()) << busy << ' ' << queue << ' ' << latency;
    EXPECT_TRUE(result.was_judged);
  }
}

TEST(SaturatedLink, needs_the_speed_of_the_link) {
  MadeRun run;
  run.add("node1", {{"net.tx.link_share", "eth0", between(0, 40, 96, 10)}});
  EXPECT_EQ(
      only(run.judged_by(saturated_link_rule())),
      "eth0 of node1 sent at nearly the speed of its link for 68 % of the run: 96.0 % of it.");
  MadeRun slow;
  slow.add("node1", {{"net.tx.link_share", "eth0", always(70)}});
  EXPECT_TRUE(slow.judged_by(saturated_link_rule()).findings.empty());
  MadeRun unknown;
  unknown.add("node1", {{"net.tx.throughput", "eth0", always(12.5e9)}});
  EXPECT_FALSE(unknown.judged_by(saturated_link_rule()).was_judged);
}

TEST(PageCache, is_where_programs_read_what_no_server_sent) {
  MadeRun run;
  run.add("node1", {{"nfs.read.throughput", "", always(900e6)},
                    {"nfs.server_read.throughput", "", between(0, 20, 900e6, 1e6)}});
  EXPECT_EQ(only(run.judged_by(page_cache_rule())),
            "node1 read from the page cache for 66 % of the run: programs read 900 MB/s from NFS, "
            "the servers sent 1.00 MB/s.");
  MadeRun lustre;
  lustre.add("node1", {{"lustre.read.throughput", "", always(900e6)},
                       {"lustre.server_read.throughput", "", always(10e6)}});
  EXPECT_EQ(only(lustre.judged_by(page_cache_rule())),
            "node1 read from the page cache for all of the run: programs read 900 MB/s from "
            "Lustre, the servers sent 10.0 MB/s.");
  MadeRun honest;
  honest.add("node1", {{"nfs.read.throughput", "", always(900e6)},
                       {"nfs.server_read.throughput", "", always(890e6)}});
  EXPECT_TRUE(honest.judged_by(page_cache_rule()).findings.empty());
  // What programs asked for is not known: nothing is claimed, however little the disks did.
  MadeRun local;
  local.add("node1", {{"disk.read.throughput", "sda", always(0)}});
  EXPECT_FALSE(local.judged_by(page_cache_rule()).was_judged);
}

TEST(MemoryPressure, is_waiting_for_memory_or_having_none) {
  MadeRun waits;
  waits.add("node1", {{"pressure.memory.some", "", between(30, 45, 40)}});
  EXPECT_EQ(only(waits.judged_by(memory_pressure_rule())),
            "node1 was short of memory for 25 % of the run: tasks waited for it for 40.0 % of that "
            "time.");
  const auto memory = [](block::HostSummary& host) { host.facts.memory_kib = 100 << 20; };
  MadeRun none;
  none.add("node1", {{"memory.available", "", between(29, 30, 2.0 * (1 << 30), 60e9)}}, memory);
  EXPECT_EQ(only(none.judged_by(memory_pressure_rule())),
            "node1 had next to no memory left in the run: 2.00 GiB of 100 GiB were available at "
            "22:20:30.");
  MadeRun plenty;
  plenty.add(
      "node1",
      {{"memory.available", "", always(60e9)}, {"pressure.memory.some", "", between(30, 33, 40)}},
      memory);
  const auto result = plenty.judged_by(memory_pressure_rule());
  EXPECT_TRUE(result.findings.empty());
  EXPECT_TRUE(result.was_judged);
}

TEST(Swapping, is_more_than_a_few_pages) {
  MadeRun run;
  run.add("node1", {{"memory.swap_in", "", between(10, 20, 3000)},
                    {"memory.swap_out", "", between(10, 20, 1000)}});
  EXPECT_EQ(only(run.judged_by(swapping_rule())),
            "node1 swapped for 17 % of the run: 3000 pages/s in and 1000 pages/s out.");
  MadeRun few;
  few.add("node1", {{"memory.swap_in", "", always(20)}, {"memory.swap_out", "", always(0)}});
  EXPECT_TRUE(few.judged_by(swapping_rule()).findings.empty());
}

TEST(ThrottledCgroup, is_held_back_in_its_periods) {
  MadeRun run;
  run.add("node1", {{"cgroup.throttled", "", between(10, 40, 62)}});
  EXPECT_EQ(only(run.judged_by(throttled_cgroup_rule())),
            "node1 was held back by the CPU limit of its job for 51 % of the run: in 62.0 % of its "
            "periods.");
  MadeRun free;
  free.add("node1", {{"cgroup.throttled", "", always(1)}});
  EXPECT_TRUE(free.judged_by(throttled_cgroup_rule()).findings.empty());
  MadeRun none;
  none.add("node1", {{"cpu.busy", "", always(1)}});
  EXPECT_FALSE(none.judged_by(throttled_cgroup_rule()).was_judged);
}

}  // namespace
}  // namespace tscollect::analysis
