// What following the text of /proc/stat costs on a machine of many CPUs, in instructions, since no
// such machine is at hand and what the kernel takes to write the text is its own:
//
//   valgrind --tool=callgrind --callgrind-out-file=/dev/null stat_text CPUS INTERRUPTS ROUNDS cpu
//   percpu
//
// Every CPU's user, system and idle time changes from round to round. The instructions of one round
// are the difference of two runs over the difference of their rounds.
#include "sources/sources.hpp"
#include "table/table.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

std::string stat_text(int cpus, int interrupts, int step) {
  std::string text;
  for (int cpu = -1; cpu < cpus; ++cpu) {
    const long busy = 10'000'000L + 7919L * (cpu + 2) + step;
    text += "cpu" + (cpu < 0 ? " " : std::to_string(cpu)) + ' ' + std::to_string(busy) + " 5120 " +
            std::to_string(busy / 4 + step) + ' ' + std::to_string(900'000'000L + 99 * step) +
            " 16683 0 25195 0 0 0\n";
  }
  text += "intr " + std::to_string(918'273'645'546L + 1000L * step);
  for (int i = 0; i < interrupts; ++i) text += i % 5 == 0 ? " 192837" : " 0";
  return text + "\nctxt " + std::to_string(1'726'354'483L + 500L * step) +
         "\nbtime 1665000000\nprocesses 91827364\nprocs_running 129\nprocs_blocked 5\n"
         "softirq " +
         std::to_string(665'544'332L + 77L * step) + " 31 99887766 8877665 12039 4455 0 128 2233\n";
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tscollect;
  if (argc < 5) return 2;
  procfs::TextBuffer texts[2];
  for (int step = 0; step < 2; ++step)
    texts[step].assign(stat_text(std::atoi(argv[1]), std::atoi(argv[2]), step));
  std::vector<table::Table> tables;
  for (int i = 4; i < argc; ++i)
    if (const table::Source* source = table::find_source(argv[i]))
      tables.emplace_back(*source, table::DeviceFilter());
  for (int round = 0; round < std::atoi(argv[3]); ++round)
    for (table::Table& table : tables) table.update(texts[round % 2]);
  for (const table::Table& table : tables)
    std::printf("%zu bytes, %zu values, %zu of them changed\n", texts[0].size(),
                table.values().size(), table.touched().size());
}
