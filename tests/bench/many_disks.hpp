#pragma once

#include "stream/sample_store.hpp"
#include "support/table_feed.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tscollect::bench {

/// A host with so many disks, of which `changing` of a hundred count on at every sample.
class ManyDisks {
 public:
  ManyDisks(long long disks, long long changing) : disks_(disks), changing_(changing) {}

  static stream::TickSchedule grid() { return {MonoTime{}, std::chrono::seconds(1)}; }
  [[nodiscard]] std::vector<const table::Source*> recorded() const { return feed_.recorded(); }

  /// The records of the next sample.
  [[nodiscard]] const std::vector<std::byte>& next() {
    if (tick_ == 0 || changing_ > 0) feed_.update(0, diskstats());
    encoder_.encode({.tick = tick_,
                     .wall_ns = first_wall_ns + tick_ * ns_per_second,
                     .lateness_ns = 0,
                     .duration_ns = 1},
                    feed_.readings(), records_);
    ++tick_;
    return records_;
  }

 private:
  static constexpr std::int64_t ns_per_second = 1'000'000'000;
  static constexpr std::int64_t first_wall_ns = 1'735'786'000 * ns_per_second;

  [[nodiscard]] std::string diskstats() const {
    std::string text;
    for (long long i = 0; i < disks_; ++i) {
      const bool changes = i % 100 < changing_;
      text += "   8 " + std::to_string(i) + " sd" + std::to_string(i);
      for (long long field = 1; field <= 17; ++field)
        text += ' ' + std::to_string(changes ? (tick_ + 1) * (field * 37 + i % 11) : field);
      text += '\n';
    }
    return text;
  }

  long long disks_;
  long long changing_;
  std::int64_t tick_ = 0;
  tests::TableFeed feed_{{"diskstats"}};
  stream::SampleEncoder encoder_{grid(), 1};
  std::vector<std::byte> records_;
};

}  // namespace tscollect::bench
