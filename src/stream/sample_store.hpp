#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>

namespace tscollect::stream {

/// Holds a host's records, append-only, in segments that never move: growing costs one allocation
/// per some two thousand samples and copies nothing. One thread appends; others may read what is
/// there at any time, without blocking it.
class SampleStore {
 public:
  SampleStore();
  SampleStore(const SampleStore&) = delete;
  SampleStore& operator=(const SampleStore&) = delete;
  ~SampleStore();

  /// Appends whole records, as written by SampleEncoder::encode: readers see all of them or none.
  void append(std::span<const std::byte> records);

  /// Calls `visit` with each record, without its length, until it returns false. Only the first
  /// `bytes` bytes are visited; with the same value of bytes(), several passes see the same
  /// records.
  template <class Visit>
  void for_each_record(std::size_t bytes, Visit visit) const;
  /// The same for all records stored so far.
  template <class Visit>
  void for_each_record(Visit visit) const {
    for_each_record(bytes(), visit);
  }

  [[nodiscard]] std::size_t bytes() const noexcept {
    return bytes_.load(std::memory_order_acquire);
  }

 private:
  struct Segment {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t capacity = 0;
    std::size_t used = 0;  ///< final, and readable by others, once there is a next segment
    std::atomic<Segment*> next = nullptr;
  };
  static Segment* make_segment(std::size_t capacity);

  Segment* first_;
  Segment* last_;
  std::atomic<std::size_t> bytes_ = 0;  ///< bytes visible to readers
};

}  // namespace tscollect::stream

#include "base/bytes.hpp"

template <class Visit>
void tscollect::stream::SampleStore::for_each_record(std::size_t bytes, Visit visit) const {
  const Segment* segment = first_;
  for (std::size_t left = bytes; left > 0;) {
    // If there is a next segment, this one is final.
    const Segment* next = segment->next.load(std::memory_order_acquire);
    const std::size_t here = next == nullptr ? left : std::min(left, segment->used);
    base::ByteReader in({segment->bytes.get(), here});
    while (!in.at_end())
      if (!visit(in.take(in.count(1)))) return;
    left -= here;
    segment = next;
  }
}
