// Writes what a host with many disks leaves, for memory_table.py.
//
//   many_disks DISKS SAMPLES CHANGING FOLDER
//
// writes FOLDER/run.h5 and a journal in FOLDER/journals.
#include "many_disks.hpp"
#include "block/block_builder.hpp"
#include "journal/writer.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "support/host_blocks.hpp"
#include "support/journal_feed.hpp"

#include <cstdlib>
#include <filesystem>

int main(int argc, char** argv) {
  using namespace tscollect;
  if (argc != 5) return 2;
  const std::filesystem::path folder = argv[4];
  bench::ManyDisks host(std::atoll(argv[1]), std::atoll(argv[3]));
  block::BlockContext context;
  context.summary.name = "node01";
  context.grid = bench::ManyDisks::grid();
  context.recorded = host.recorded();
  journal::Header header = tests::journal_header();
  header.sources = {"diskstats"};
  header.excluded_rows = {{}};
  header.interval_ns = context.grid.interval.count();
  header.zero_mono_ns = 0;
  header.host_count = 1;
  header.hosts_requested = {"node01"};
  std::filesystem::create_directories(folder / "journals");
  journal::WriterOptions options;
  options.folder = folder / "journals";
  options.part_bytes = std::uint64_t{1} << 40;
  stream::SampleStore store;
  {
    journal::Writer journal(header, options);
    for (long long left = std::atoll(argv[2]); left > 0; --left) {
      const auto& records = host.next();
      store.append(records);
      if (!journal.append(records)) return 3;
    }
  }
  const block::HostBlock block = block::build_block(
      [&](const block::RecordVisitor& visit) { store.for_each_record(visit); }, context);
  tests::write_run(folder / "run.h5", {&block, 1});
}
