// write_busy_hosts FILE HOSTS SAMPLES: a run with all sources, as a parallel benchmark fills it:
// twice a phase of writing, of exchanging and of reading. Hosts differ by some percent. One or two
// are slow ("slow" in the label of the file), one skips ticks, the disk of one begins again, and of
// more than eight hosts the last one is missing. A second a sample.
#include "base/text/format.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "support/busy_host.hpp"
#include "support/host_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

int main(int count, char** words) {
  using namespace tscollect;
  if (count != 4) return 2;
  const auto hosts = static_cast<std::size_t>(std::strtoul(words[2], nullptr, 10));
  const auto samples = static_cast<std::size_t>(std::strtoul(words[3], nullptr, 10));
  constexpr std::size_t many = 8;
  const std::size_t first_slow = hosts > many ? hosts / 3 : 1;
  const std::size_t second_slow = hosts > many ? hosts * 3 / 4 : 1;
  store::RunFileWriter writer(words[1], base::Existing::replace);
  std::vector<block::HostOutcome> outcomes;
  std::vector<std::string> names;
  std::vector<std::string> collected;
  std::int64_t written = 0;
  for (std::size_t i = 0; i < hosts; ++i) {
    names.push_back(
        fmt::format("node{:0{}}", i + 1, std::max<std::size_t>(2, std::to_string(hosts).size())));
    if (hosts > many && i + 1 == hosts) {
      block::HostOutcome missing{{}, block::HostState::missing, "did not answer within 20 s"};
      missing.summary.name = names.back();
      outcomes.push_back(std::move(missing));
      continue;
    }
    tests::BusyHost host{names.back(), samples, i};
    host.is_slow = hosts > 2 && (i == first_slow || i == second_slow);
    host.skips_ticks = hosts > 2 && i == 2;
    host.disk_begins_again = hosts > 2 && i == hosts / 2;
    const block::HostBlock block = tests::busy_block(host);
    writer.add_host(block);
    written += block.summary.samples;
    collected.push_back(names.back());
    const auto state = host.skips_ticks ? block::HostState::partial : block::HostState::complete;
    outcomes.push_back({block.summary, state, host.skips_ticks ? "missed ticks" : ""});
  }
  block::RunInfo run = tests::make_run(names, written);
  run.hosts_collected = collected;
  if (collected.size() < names.size()) run.completeness = Completeness::incomplete;
  run.end_time = base::timestamp(outcomes.front().summary.last_time_ns);
  run.labels = {{"benchmark", "made up"}};
  if (hosts > 2)
    run.labels["slow"] = first_slow == second_slow ? names[first_slow]
                                                   : names[first_slow] + ' ' + names[second_slow];
  writer.finish(run, outcomes);
}
