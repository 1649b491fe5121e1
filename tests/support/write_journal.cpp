// write_journal FOLDER SECONDS PAUSE_US: writes a journal as a collector does, and eight bytes to
// standard output for each sample that it has acknowledged: the number of the sample. At the end, a
// line on standard error: "taken N kept K; DAMAGE".
#include "journal/writer.hpp"
#include "support/journal_feed.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

int main(int argc, char** argv) {
  using namespace tscollect;
  if (argc != 4) return 2;
  std::signal(SIGXFSZ, SIG_IGN);
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::milliseconds(std::llround(1000 * std::strtod(argv[2], nullptr)));
  const std::chrono::microseconds pause(std::strtol(argv[3], nullptr, 10));
  journal::Header header = tests::journal_header();
  header.hosts_requested = {header.host};
  header.host_count = 1;
  header.max_samples = 0;
  journal::Writer writer(header, {argv[1], std::nullopt, 0});
  if (!writer.exists()) {
    fmt::print(stderr, "{}\n", writer.error());
    return 1;
  }
  tests::JournalFeed feed(header);
  std::int64_t kept = 0;
  while (std::chrono::steady_clock::now() < end) {
    if (writer.append(feed.next())) {
      ++kept;
      const std::int64_t number = writer.samples();
      if (write(STDOUT_FILENO, &number, sizeof number) != sizeof number) return 1;
    }
    if (writer.part_is_full() && writer.begin_part()) feed.restart();
    std::this_thread::sleep_for(pause);
  }
  fmt::print(stderr, "taken {} kept {}; {}\n", writer.samples(), kept, writer.loss());
  return 0;
}
