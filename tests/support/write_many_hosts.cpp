// write_many_hosts FILE COUNT [SAMPLES]: a run of that many hosts of 3 (or so many) samples, of
// which node007 is missing and node030 has lost samples.
#include "store/run_file/run_file_writer.hpp"
#include "support/host_blocks.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

int main(int count, char** words) {
  using namespace tscollect;
  if (count != 3 && count != 4) return 2;
  const std::size_t samples = count == 4 ? std::strtoul(words[3], nullptr, 10) : 3;
  std::int64_t written = 0;
  store::RunFileWriter writer(words[1], base::Existing::replace);
  std::vector<block::HostOutcome> hosts;
  std::vector<std::string> names;
  for (int i = 0; i < std::atoi(words[2]); ++i) {
    names.push_back(fmt::format("node{:03}", i));
    block::HostBlock block = tests::make_block(names.back(), samples);
    block::HostOutcome host{block.summary, block::HostState::complete, ""};
    if (i == 7) {
      host = {{}, block::HostState::missing, "did not answer within 20 s"};
      host.summary.name = names.back();
    } else {
      if (i == 30) block.summary.missed_ticks = host.summary.missed_ticks = 2;
      if (i == 30) host = {block.summary, block::HostState::partial, "2 ticks missed"};
      writer.add_host(block);
      written += static_cast<std::int64_t>(samples);
    }
    hosts.push_back(std::move(host));
  }
  writer.finish(tests::make_run(names, written), hosts);
}
