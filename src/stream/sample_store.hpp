#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace tscollect::record {

/// Holds a host's records, append-only, in segments that never move: growing costs one allocation
/// for some two thousand samples and copies nothing.
class SampleStore {
 public:
  SampleStore();

  /// Appends whole records, as SampleEncoder::encode leaves them.
  void append(std::span<const std::byte> records);

  /// Calls `visit` with each record, without its length, until it returns false.
  template <class Visit>
  void for_each_record(Visit visit) const;

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Segment {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t used = 0;
    std::size_t capacity = 0;
  };
  void add_segment(std::size_t least_capacity);

  std::vector<Segment> segments_;
  std::size_t bytes_ = 0;
};

}  // namespace tscollect::record

#include "base/bytes.hpp"

template <class Visit>
void tscollect::record::SampleStore::for_each_record(Visit visit) const {
  for (const Segment& segment : segments_) {
    ByteReader in({segment.bytes.get(), segment.used});
    while (!in.at_end())
      if (!visit(in.take(in.count(1)))) return;
  }
}
