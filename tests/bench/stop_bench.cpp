// What the stop takes of a host with many disks: the peak of memory, beyond the samples and the
// finished block, and time.
//
//   stop_bench DISKS SAMPLES CHANGING
//
// CHANGING of a hundred disks count on at every sample. Prints bytes of the samples, bytes of the
// block, the peak beyond both, and nanoseconds.
#include "block/block_builder.hpp"
#include "many_disks.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

long long status_bytes(const std::string& wanted) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(wanted)) return std::atoll(line.c_str() + wanted.size()) * 1024;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tscollect;
  if (argc != 4) return 2;
  bench::ManyDisks host(std::atoll(argv[1]), std::atoll(argv[3]));
  block::BlockContext context;
  context.grid = bench::ManyDisks::grid();
  context.recorded = host.recorded();
  stream::SampleStore store;
  for (long long left = std::atoll(argv[2]); left > 0; --left) store.append(host.next());
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins anew
  const long long before = status_bytes("VmHWM:");
  const MonoTime begin = mono_now();
  const block::HostBlock block = block::build_block(
      [&](const block::RecordVisitor& visit) { store.for_each_record(visit); }, context);
  const long long elapsed = (mono_now() - begin).count();
  const auto finished = static_cast<long long>(block.payload.size());
  std::printf("%zu %lld %lld %lld\n", store.bytes(), finished,
              status_bytes("VmHWM:") - before - finished, elapsed);
}
