#include "block/chunk_builder.hpp"

#include "block/chunk_codec.hpp"

#include <bit>
#include <limits>

namespace tscollect::block {

SliceWriter::SliceWriter(const ChunkedArray& array, Slice slice, std::vector<std::uint32_t> columns,
                         std::vector<bool> holds_reals)
    : slice_(slice),
      chunk_samples_(array.chunk_shape.front()),
      chunk_fields_(array.chunk_shape.size() == 1 ? 1 : array.chunk_shape.back()),
      columns_(std::move(columns)),
      holds_reals_(std::move(holds_reals)),
      real_(array.type == ValueType::real),
      fill_(real_ ? std::bit_cast<std::int64_t>(std::numeric_limits<double>::quiet_NaN())
                  : missing_integer),
      elements_(chunk_samples_ * chunk_fields_, fill_),
      filled_(static_cast<std::uint64_t>(slice.present.begin) % chunk_samples_),
      flushed_(static_cast<std::uint64_t>(slice.present.begin) - filled_),
      left_(slice.present.size()) {}

void SliceWriter::add(std::span<const std::int64_t> values, const ChunkSink& sink) {
  std::int64_t* at = elements_.data() + filled_ * chunk_fields_;
  for (std::size_t field = 0; field < columns_.size(); ++field) {
    const std::uint32_t column = columns_[field];
    const std::int64_t bits = column < values.size() ? values[column] : missing_integer;
    if (bits == missing_integer) {
      saw_missing_ = true;
      at[field] = fill_;
      continue;
    }
    has_values_ = true;
    if (real_ && !holds_reals_[field]) {
      at[field] = std::bit_cast<std::int64_t>(static_cast<double>(bits));
    } else {
      at[field] = bits;
    }
  }
  --left_;
  if (++filled_ == chunk_samples_) flush(sink);
}

void SliceWriter::finish(const ChunkSink& sink) {
  if (filled_ > 0) flush(sink);
}

void SliceWriter::flush(const ChunkSink& sink) {
  if (has_values_) append(sink);
  flushed_ += chunk_samples_;
  filled_ = 0;
  has_values_ = false;
  elements_.assign(elements_.size(), fill_);
}

void SliceWriter::append(const ChunkSink& sink) {
  Chunk chunk;
  chunk.offset.push_back(flushed_);
  if (sink.array.shape.size() == 3) chunk.offset.push_back(slice_.row);
  if (sink.array.shape.size() >= 2) chunk.offset.push_back(slice_.first_field);
  chunk.payload_begin = sink.payload.size();
  chunk.payload_size = append_chunk(elements_, sink.scratch, sink.payload);
  sink.array.chunks.push_back(std::move(chunk));
}

}  // namespace tscollect::block
