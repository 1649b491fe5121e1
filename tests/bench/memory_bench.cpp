// Memory of a rank by the number of samples it holds, on a tree whose numbers keep changing.
//
//   memory_bench PROCFS SAMPLES
//
// prints bytes a stored sample and the resident memory that the samples added, in bytes.
#include "sampling/recorder.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace {

long long resident_bytes() {
  long long pages = 0;
  long long resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  using namespace tscollect;
  SampleOptions options;
  options.procfs = argv[1];
  options.sources = reference_source_names();
  const long long before = resident_bytes();
  sampling::Recorder recorder(options, {mono_now(), std::chrono::milliseconds(1)}, {});
  const long long count = std::atoll(argv[2]);
  for (long long i = 0; i < count; ++i) recorder.take_due();
  std::printf("%.1f %lld\n",
              static_cast<double>(recorder.store().bytes()) / static_cast<double>(count),
              resident_bytes() - before);
}
