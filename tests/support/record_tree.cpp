// record_tree FILE SAMPLES[:SOURCES] PROCFS SYSFS…: a run of one host per pair of roots, each
// sampled at 100 Hz into FILE, through everything but MPI. SOURCES is a list as --sources takes it.
#include "block/block_builder.hpp"
#include "sampling/recorder.hpp"
#include "support/host_blocks.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace tscollect;

block::HostBlock record_tree(const std::string& name, const SampleOptions& options, int samples) {
  sampling::Recorder recorder(options, {mono_now(), std::chrono::milliseconds(10)}, {}, {},
                              sampling::Devices::described);
  for (int i = 1; i < samples; ++i) {
    std::this_thread::sleep_until(recorder.next_due());
    recorder.take_due();
  }
  std::this_thread::sleep_until(recorder.next_due());
  recorder.take_last();
  block::BlockContext context;
  context.summary.name = name;
  context.grid = recorder.grid();
  context.summary.missed_ticks = recorder.missed_ticks();  // on a busy machine
  for (const stream::SourceReading& reading : recorder.sampler().readings()) {
    context.recorded.push_back(&reading.table->source());
    context.excluded_rows.push_back(reading.table->excluded_rows());
  }
  return block::build_block(
      [&](const block::RecordVisitor& visit) { recorder.store().for_each_record(visit); },
      std::move(context));
}

}  // namespace

int main(int count, char** words) {
  if (count < 5 || count % 2 == 0) return 2;
  std::vector<block::HostBlock> blocks;
  const std::string numbers = words[2];
  SourceSelection sources{default_source_names(), {"cpu", "pressure"}};
  if (const auto colon = numbers.find(':'); colon != std::string::npos)
    sources = select_sources(numbers.substr(colon + 1)).value();
  for (int i = 3; i < count; i += 2) {
    SampleOptions options;
    options.sources = sources.names;
    options.sources_if_present = sources.if_present;
    options.procfs = words[i];
    options.sysfs = words[i + 1];
    blocks.push_back(record_tree("node" + std::to_string(i / 2), options, std::atoi(words[2])));
  }
  tests::write_run(words[1], blocks);
}
