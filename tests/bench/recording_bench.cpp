// How many bytes a sample takes in memory, in the journal and in the file, on a recording of the
// five files.
//
//   recording_bench [STEP [FILE]] < RECORDING
//
// takes every STEPth sample, and keeps the file if it is given a name. A recording is a sequence of
// frames: a line "@<UTC nanoseconds>", then for each file a line "#<number> <bytes>" and as many
// bytes of its text, in the order of the registry. Prints samples, and bytes a sample in memory, in
// the journal and in the file.
#include "journal/folder.hpp"
#include "journal/writer.hpp"
#include "block/block_builder.hpp"
#include "stream/sample_store.hpp"
#include "support/host_blocks.hpp"
#include "support/table_feed.hpp"
#include "support/temporary_directory.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

namespace tscollect::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto interval = 100ms;

struct Frame {
  std::int64_t wall_ns = 0;
  std::vector<std::string> texts;
};

std::optional<Frame> read_frame(std::istream& in, std::size_t sources) {
  Frame frame;
  std::string word;
  if (!std::getline(in, word) || !word.starts_with('@')) return std::nullopt;
  frame.wall_ns = std::atoll(word.c_str() + 1);
  for (std::size_t i = 0; i < sources; ++i) {
    std::size_t size = 0;
    in >> word >> size;
    in.ignore();
    frame.texts.emplace_back(size, '\0');
    in.read(frame.texts.back().data(), static_cast<std::streamsize>(size));
  }
  return in ? std::optional(std::move(frame)) : std::nullopt;
}

journal::Header header_of(std::int64_t zero_ns) {
  journal::Header header;
  header.run_id = journal::new_run_id();
  header.host = "bench";
  header.zero_mono_ns = zero_ns;
  header.interval_ns = std::chrono::nanoseconds(interval).count();
  header.sources = reference_source_names();
  return header;
}

int measure(int step, const char* kept) {
  tests::TableFeed feed(reference_source_names());
  std::optional<Frame> frame = read_frame(std::cin, reference_source_names().size());
  if (!frame) return 2;
  const std::int64_t zero_ns = frame->wall_ns;
  const std::chrono::nanoseconds pace = interval * step;
  const stream::TickSchedule grid{MonoTime(std::chrono::nanoseconds(zero_ns)), pace};
  const test::TemporaryDirectory folder;
  journal::Writer journal(header_of(zero_ns), {folder.path(), std::nullopt, 0});
  stream::SampleEncoder encoder(grid, reference_source_names().size());
  stream::SampleStore store;
  std::vector<std::byte> records;
  std::int64_t samples = 0;
  for (int number = 0; frame; ++number, frame = read_frame(std::cin, frame->texts.size())) {
    if (number % step != 0) continue;
    for (std::size_t i = 0; i < frame->texts.size(); ++i) feed.update(i, frame->texts[i]);
    const std::int64_t due_ns = zero_ns + samples * pace.count();
    encoder.encode({samples, frame->wall_ns, frame->wall_ns - due_ns, 60'000 + samples % 7 * 1000},
                   feed.readings(), records);
    store.append(records);
    journal.append(records);
    ++samples;
  }
  block::BlockContext context;
  context.summary.name = "node01";
  context.grid = grid;
  context.recorded = feed.recorded();
  context.excluded_rows.resize(feed.readings().size());
  const block::HostBlock block = block::build_block(
      [&](const block::RecordVisitor& visit) { store.for_each_record(visit); }, std::move(context));
  const std::filesystem::path file =
      kept != nullptr ? std::filesystem::path(kept) : folder.path() / "run.h5";
  tests::write_run(file, {&block, 1});
  const auto each = [samples](std::uintmax_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(samples);
  };
  std::printf("%lld %.1f %.1f %.1f\n", static_cast<long long>(samples), each(store.bytes()),
              each(journal.bytes()), each(std::filesystem::file_size(file)));
  return 0;
}

}  // namespace
}  // namespace tscollect::bench

int main(int argc, char** argv) {
  const int step = argc > 1 ? std::atoi(argv[1]) : 1;
  return step < 1 ? 2 : tscollect::bench::measure(step, argc > 2 ? argv[2] : nullptr);
}
