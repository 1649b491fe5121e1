#include "stream/sample_store.hpp"

#include <algorithm>
#include <cstring>

namespace tscollect::record {

namespace {

constexpr std::size_t segment_bytes = std::size_t{256} << 10;
// Room for 256 MiB of samples before the list of segments itself has to grow.
constexpr std::size_t first_segments = 1024;

}  // namespace

SampleStore::SampleStore() {
  segments_.reserve(first_segments);
  add_segment(segment_bytes);
}

[[gnu::hot]] void SampleStore::append(std::span<const std::byte> records) {
  if (segments_.back().capacity - segments_.back().used < records.size())
    add_segment(std::max(segment_bytes, records.size()));
  Segment& segment = segments_.back();
  std::memcpy(segment.bytes.get() + segment.used, records.data(), records.size());
  segment.used += records.size();
  bytes_ += records.size();
}

void SampleStore::add_segment(std::size_t least_capacity) {
  // Not zeroed: pages that no sample has reached yet stay out of memory.
  segments_.push_back(
      {std::make_unique_for_overwrite<std::byte[]>(least_capacity), 0, least_capacity});
}

}  // namespace tscollect::record
