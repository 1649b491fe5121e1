#pragma once

#include "block/run_info.hpp"

#include <vector>

namespace tscollect::tests {

/// A run of three hosts as the collector would describe it: node1 complete with every fact known,
/// node2 partial with a name that is not UTF-8, node3 missing.
[[nodiscard]] inline block::RunInfo described_run() {
  block::RunInfo run;
  run.title = "Host metrics of 2 hosts, every 0.1 s";
  run.collection_interval_seconds = 0.1;
  run.start_time = "2026-01-24T22:20:00.000Z";
  run.end_time = "2026-01-24T22:20:00.400Z";
  run.num_samples = 9;
  run.hosts_requested = {"node1", "node2", "node3"};
  run.hosts_collected = {"node1", "node2"};
  run.completeness = block::Completeness::incomplete;
  run.stop_reason = "SIGUSR1";
  run.labels = {{"nodes", "3"}, {"purpose", "a \"quoted\" label"}};
  run.job_ids = {{"SLURM_JOB_ID", "4711"}};
  run.history = "2026-01-24T22:20:00Z tscollect-mpi 0.1.0: tscollect-mpi -i 0.1 -o run.h5";
  return run;
}

[[nodiscard]] inline std::vector<block::HostOutcome> described_hosts() {
  constexpr std::int64_t start_ns = 1769293200'000'000'000;
  block::HostSummary first;
  first.name = "node1";
  first.samples = 5;
  first.first_time_ns = start_ns;
  first.last_time_ns = start_ns + 400'000'000;
  first.late_p50_ns = 60'000;
  first.late_p99_ns = 95'000;
  first.late_max_ns = 1'200'000;
  first.duration_p50_ns = 130'000;
  first.duration_p99_ns = 210'000;
  first.duration_max_ns = 900'000;
  first.cpu_ns = 1'250'000;
  first.peak_memory_bytes = 15'000'000;
  first.stored_bytes = 2'000;
  first.journal_bytes = 2'100;
  first.clock_at_start = {0, 0};
  first.clock_at_stop = {-1'500, 800};
  first.facts = {"Linux 6.1.0 x86_64 #1 SMP", "Some CPU @ 2.0 GHz", 2, 16'384'000, "0a1b2c3d-boot",
                 {"10.0.0.1", "fe80::1"}};
  block::HostSummary second = first;
  second.name = "node2\xff";
  second.samples = 4;
  second.missed_ticks = 1;
  second.error_count = 2;
  second.clock_at_start = {};
  second.clock_at_stop = {};
  second.facts = {};
  second.cpu_ns = 0;
  second.peak_memory_bytes = 0;
  block::HostSummary third;
  third.name = "node3";
  return {{first, block::HostState::complete, ""},
          {second, block::HostState::partial, "1 tick missed"},
          {third, block::HostState::missing, "did not answer within 20 s"}};
}

}  // namespace tscollect::tests
