#include "stream/sample_store.hpp"

#include <algorithm>
#include <cstring>

namespace tscollect::stream {

namespace {

constexpr std::size_t segment_bytes = std::size_t{256} << 10;

}  // namespace

SampleStore::SampleStore() : first_(make_segment(segment_bytes)), last_(first_) {}

SampleStore::~SampleStore() {
  for (Segment* segment = first_; segment != nullptr;) {
    const std::unique_ptr<Segment> owner(segment);
    segment = segment->next;
  }
}

[[gnu::hot]] void SampleStore::append(std::span<const std::byte> records) {
  if (last_->capacity - last_->used < records.size()) {
    Segment* next = make_segment(std::max(segment_bytes, records.size()));
    last_->next.store(next, std::memory_order_release);
    last_ = next;
  }
  std::memcpy(last_->bytes.get() + last_->used, records.data(), records.size());
  last_->used += records.size();
  bytes_.store(bytes_.load(std::memory_order_relaxed) + records.size(), std::memory_order_release);
}

SampleStore::Segment* SampleStore::make_segment(std::size_t capacity) {
  auto segment = std::make_unique<Segment>();
  // Not zeroed, so that pages without samples take no memory yet.
  segment->bytes = std::make_unique_for_overwrite<std::byte[]>(capacity);
  segment->capacity = capacity;
  return segment.release();
}

}  // namespace tscollect::stream
