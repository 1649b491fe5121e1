#include "bench/recorded_host.hpp"

#include "block/block_builder.hpp"
#include "support/table_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tscollect::bench {

namespace {

constexpr std::size_t file_count = 5;

struct Frame {
  std::int64_t time_ns = 0;
  std::array<std::string_view, file_count> texts;
};

/// "17 rest" → 17, leaving " rest".
std::int64_t take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) throw std::runtime_error("the recording is malformed");
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::vector<Frame> frames_of(std::string_view text) {
  std::vector<Frame> frames;
  while (!text.empty()) {
    const char mark = text.front();
    text.remove_prefix(1);
    if (mark == '@') {
      frames.push_back({take_number(text), {}});
      text.remove_prefix(1);
    } else if (mark == '#') {
      const auto file = static_cast<std::size_t>(take_number(text));
      text.remove_prefix(1);
      const auto size = static_cast<std::size_t>(take_number(text));
      text.remove_prefix(1);
      frames.back().texts.at(file) = text.substr(0, size);
      text.remove_prefix(size);
    }
  }
  return frames;
}

/// Where the numbers of a text lie, and what they are.
struct Numbers {
  explicit Numbers(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (std::isdigit(static_cast<unsigned char>(text[at])) == 0) continue;
      std::string_view rest = text.substr(at);
      begin.push_back(at);
      value.push_back(take_number(rest));
      at = text.size() - rest.size();
      end.push_back(at);
    }
  }
  std::vector<std::size_t> begin;
  std::vector<std::size_t> end;
  std::vector<std::int64_t> value;
};

/// By how much each number of a file rises over the recording; 0 for one that also falls.
class Rises {
 public:
  Rises(const std::vector<Frame>& frames, std::size_t file) {
    const Numbers first(frames.front().texts[file]);
    std::vector<std::int64_t> last = first.value;
    std::vector<bool> falls(last.size(), false);
    for (const Frame& frame : frames) {
      const Numbers now(frame.texts[file]);
      if (now.value.size() != last.size()) return;  // another layout: played as it is
      for (std::size_t i = 0; i < last.size(); ++i) falls[i] = falls[i] || now.value[i] < last[i];
      last = now.value;
    }
    for (std::size_t i = 0; i < last.size(); ++i)
      rises_.push_back(falls[i] ? 0 : last[i] - first.value[i]);
  }

  /// The text as it would be after the recording was played `rounds` times.
  [[nodiscard]] std::string play(std::string_view text, std::int64_t rounds) const {
    if (rounds == 0 || rises_.empty()) return std::string(text);
    const Numbers numbers(text);
    std::string played;
    std::size_t copied = 0;
    for (std::size_t i = 0; i < rises_.size(); ++i) {
      played += text.substr(copied, numbers.begin[i] - copied);
      played += rises_[i] == 0
                    ? std::string(text.substr(numbers.begin[i], numbers.end[i] - numbers.begin[i]))
                    : std::to_string(numbers.value[i] + rounds * rises_[i]);
      copied = numbers.end[i];
    }
    return played += text.substr(copied);
  }

 private:
  std::vector<std::int64_t> rises_;
};

}  // namespace

block::HostBlock RecordedHost::build_block() const {
  block::BlockContext context;
  context.summary.name = "node00000";
  context.summary.facts = {"Linux 6.1.0 x86_64 #1 SMP",
                           "Some CPU @ 2.0 GHz",
                           2,
                           16'384'000,
                           "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
                           {"eth0 10.0.0.1"}};
  context.grid = grid;
  context.recorded = recorded;
  return block::build_block(
      [this](const block::RecordVisitor& visit) { store->for_each_record(visit); },
      std::move(context));
}

RecordedHost read_recording(const std::filesystem::path& path, std::size_t step,
                            std::size_t samples) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::vector<Frame> frames = frames_of(text);
  if (frames.size() < 2 || step == 0)
    throw std::runtime_error(fmt::format("{}: no recording", path.string()));
  std::vector<Rises> rises;
  for (std::size_t i = 0; i < file_count; ++i) rises.emplace_back(frames, i);
  tests::TableFeed feed({"diskstats", "vmstat", "loadavg", "meminfo", "netdev"});
  RecordedHost host;
  const std::chrono::nanoseconds pace(frames[1].time_ns - frames[0].time_ns);
  host.grid.interval = std::chrono::round<std::chrono::milliseconds>(pace) * step;
  host.recorded = feed.recorded();
  stream::SampleEncoder encoder(host.grid, file_count);
  std::vector<std::byte> records;
  const std::int64_t round_ns = frames.back().time_ns - frames.front().time_ns + pace.count();
  for (std::size_t sample = 0; sample < samples; ++sample) {
    const std::size_t index = sample * step;
    const Frame& frame = frames[index % frames.size()];
    const auto rounds = static_cast<std::int64_t>(index / frames.size());
    for (std::size_t i = 0; i < file_count; ++i)
      feed.update(i, rises[i].play(frame.texts[i], rounds));
    const auto jitter = static_cast<std::int64_t>(frame.time_ns % 1'000'000);
    encoder.encode({static_cast<std::int64_t>(sample), frame.time_ns + rounds * round_ns,
                    jitter / 10, 150'000 + jitter / 20},
                   feed.readings(), records);
    host.store->append(records);
  }
  return host;
}

}  // namespace tscollect::bench
