// Writes the run that the readers' tests open: write_sample_run FILE [sidecar].
// node01 is whole and has a source of 40 fields more; node02 has the same layout, a missing cell, a
// disk that came later, an error and a counter that fell; node/03 has other meminfo fields and a
// counter beyond int64; node04 is missing.
#include "store/run_file/run_file_writer.hpp"
#include "support/host_blocks.hpp"

#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace tscollect;

constexpr std::size_t samples = 10;

/// Enough names that their list is compressed in the file.
block::HostBlock host_with_many_fields() {
  block::HostBlock block = tests::make_block("node01", samples);
  block::HostSource& wide = block.sources.emplace_back(tests::source_of(block, "vmstat"));
  wide.name = "wide";
  wide.fields.clear();
  std::vector<std::int64_t> values;
  for (std::size_t field = 0; field < 40; ++field)
    wide.fields.push_back(
        {"field_" + std::to_string(field), "count", Kind::counter, ValueType::integer, 64});
  for (std::size_t i = 0; i < samples * 40; ++i) values.push_back(static_cast<std::int64_t>(i));
  tests::set_values(block, "wide", values);
  block.summary.facts.clock_ticks_per_second = 100;
  block.summary.absent_sources = {"pressure: /proc/pressure: there is no such folder",
                                  "rdma: /sys/class/infiniband: no RDMA devices"};
  return block;
}

block::HostBlock host_with_gaps() {
  block::HostBlock block = tests::make_block("node02", samples);
  std::vector<std::int64_t> disks;
  std::vector<std::int64_t> memory;
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t column = 0; column < 4; ++column) {
      const bool absent = column >= 2 && i < 3;
      disks.push_back(absent ? missing_integer : tests::disk_value(i, column / 2, column % 2));
    }
    for (std::size_t field = 0; field < 2; ++field)
      memory.push_back(i == 4 ? missing_integer : tests::meminfo_value(i, field) - (1LL << 53));
  }
  tests::set_values(block, "diskstats", disks);
  tests::set_values(block, "meminfo", memory);
  const std::int64_t failed_ns = tests::start_ns + 4'000'000'000;
  block.errors = {{4, 4, failed_ns, failed_ns, 1, "meminfo", "meminfo: cannot read: I/O error"}};
  block.summary.error_count = 1;
  block.resets = {{6, tests::start_ns + 6'000'000'000, "vmstat", "", "pgfault"}};
  block.summary.reset_count = 1;
  return block;
}

block::HostBlock host_of_another_kernel() {
  block::HostBlock block = tests::make_block("node/03", samples);
  tests::source_of(block, "meminfo").fields[1].name = "MemFree";
  block::HostSource& vmstat = tests::source_of(block, "vmstat");
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < samples; ++i)
    for (std::size_t field = 0; field < 3; ++field)
      values.push_back(field == 1 ? -static_cast<std::int64_t>(i) - 1
                                  : tests::vmstat_value(i, field));
  tests::set_values(block, "vmstat", values);
  vmstat.uint64_columns = {"pgfault"};
  return block;
}

void write(const char* path, bool with_sidecar) {
  const std::array blocks = {host_with_many_fields(), host_with_gaps(), host_of_another_kernel()};
  store::RunFileWriter writer(path, base::Existing::replace);
  std::vector<block::HostOutcome> hosts;
  for (const block::HostBlock& block : blocks) {
    writer.add_host(block);
    hosts.push_back({block.summary, block::HostState::complete, ""});
    hosts.back().summary.late_max_ns = 50'000 + 10 * (samples - 1);  // as in its array
  }
  hosts[1].state = block::HostState::partial;
  hosts[1].why = "meminfo failed once";
  block::HostSummary absent;
  absent.name = "node04";
  hosts.push_back({absent, block::HostState::missing, "did not answer"});
  block::RunInfo run = tests::make_run({"node01", "node02", "node/03"}, 3 * samples);
  run.hosts_requested.emplace_back("node04");
  run.completeness = block::Completeness::incomplete;
  constexpr std::int64_t second_ns = 1'000'000'000;
  run.phases = {
      {"write", tests::start_ns + second_ns, tests::start_ns + 5 * second_ns, "node01", 0},
      {"größer\n\"1\"", tests::start_ns + 2 * second_ns, tests::start_ns + 3 * second_ns + 1,
       "node/03", 1},
      {"read", tests::start_ns + 5 * second_ns, tests::start_ns + 9 * second_ns, "", 0}};
  writer.finish(run, hosts);
  if (with_sidecar)
    store::write_sidecar(base::FilePlace(path), run, hosts, base::Existing::replace);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2 && count != 3) {
    std::fputs("usage: write_sample_run FILE [sidecar]\n", stderr);
    return 2;
  }
  try {
    write(arguments[1], count == 3);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write_sample_run: %s\n", error.what());
    return 3;
  }
}
