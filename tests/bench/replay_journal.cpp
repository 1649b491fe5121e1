// Bytes of a stored and of a journalled sample on a recording of /proc:
//
//   xz -dc samples.txt.xz | replay_journal [every]
//
// The recording has, for each sample, a line "@<UTC nanoseconds>" and for each of the five files
// "#<index> <bytes>", a line, and as many bytes of its text, in the order diskstats, vmstat,
// loadavg, meminfo, net/dev. With `every`, only each so-manieth sample is taken.
#include "journal/folder.hpp"
#include "journal/writer.hpp"
#include "support/table_feed.hpp"
#include "support/temporary_directory.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

namespace {

using namespace tscollect;

constexpr std::int64_t interval_ns = 100'000'000;

/// What a sample takes on an idle machine; a recording does not have it.
constexpr std::int64_t typical_duration_ns = 200'000;
constexpr std::int64_t duration_spread_ns = 20'000;

class Replay {
 public:
  Replay(const journal::Header& header, const std::filesystem::path& folder)
      : feed_(header.sources),
        encoder_(header.grid(), header.sources.size()),
        writer_(header, {folder, std::nullopt}) {}

  void read(std::size_t source, const std::string& text) { feed_.update(source, text); }

  /// The frame is whole; `wall_ns` is its time.
  void sample(std::int64_t wall_ns) {
    if (!first_wall_ns_) first_wall_ns_ = wall_ns;
    const std::int64_t since = wall_ns - *first_wall_ns_;
    stream::SampleClock clock;
    clock.tick = since / interval_ns;
    clock.wall_ns = wall_ns;
    clock.lateness_ns = since % interval_ns;
    clock.duration_ns = typical_duration_ns + wall_ns % duration_spread_ns;
    encoder_.encode(clock, feed_.readings(), records_);
    stored_ += records_.size();
    writer_.append(records_);
  }

  void report() const {
    const auto samples = static_cast<double>(writer_.samples());
    std::printf("%lld samples: %.1f bytes stored, %.1f bytes journalled, header included\n",
                static_cast<long long>(writer_.samples()), static_cast<double>(stored_) / samples,
                static_cast<double>(writer_.bytes()) / samples);
  }

 private:
  tests::TableFeed feed_;
  stream::SampleEncoder encoder_;
  journal::Writer writer_;
  std::vector<std::byte> records_;
  std::optional<std::int64_t> first_wall_ns_;
  std::size_t stored_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const long every = argc > 1 ? std::atol(argv[1]) : 1;
  journal::Header header;
  header.run_id = journal::new_run_id();
  header.host = "recording";
  header.interval_ns = interval_ns;
  header.sources = reference_source_names();
  const test::TemporaryDirectory folder;
  Replay replay(header, folder.path());
  long frame = -1;
  std::int64_t wall_ns = 0;
  const auto end_frame = [&] {
    if (frame >= 0 && frame % every == 0) replay.sample(wall_ns);
  };
  for (std::string line; std::getline(std::cin, line);) {
    if (line.starts_with('@')) {
      end_frame();
      ++frame;
      wall_ns = std::atoll(line.c_str() + 1);
    } else if (line.starts_with('#')) {
      const std::size_t blank = line.find(' ');
      std::string text(std::strtoul(line.c_str() + blank, nullptr, 10), '\0');
      std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
      if (frame % every == 0) replay.read(std::strtoul(line.c_str() + 1, nullptr, 10), text);
    }
  }
  end_frame();
  replay.report();
}
