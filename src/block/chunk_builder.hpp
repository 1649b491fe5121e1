#pragma once

#include "block/host_block.hpp"
#include "block/presence.hpp"
#include "stream/sample_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tscollect::block {

/// A rectangle of one source's array, one chunk wide: rows [row, row + 1), fields [first_field,
/// first_field + fields) of the array, and the samples in which it may have values.
struct Slice {
  std::uint64_t row = 0;
  std::uint64_t first_field = 0;
  SampleRange present;
};

/// Destination of finished chunks: those of one array, one after another.
struct ChunkSink {
  ChunkedArray& array;
  std::vector<std::byte>& payload;
  std::vector<std::byte>& scratch;  ///< shared by all slices, to save memory
};

/// Collects one slice sample by sample and appends its chunks to the payload. Chunks in which
/// everything is missing are left out: the array's fill value stands for them. Each object holds a
/// buffer of a chunk, so the number of objects that exist at the same time must be bounded.
class SliceWriter {
 public:
  /// `columns`: for each field of the slice its number in the stream, or `no_column`.
  /// `holds_reals`: per field, whether its bits are already those of a double.
  SliceWriter(const ChunkedArray& array, Slice slice, std::vector<std::uint32_t> columns,
              std::vector<bool> holds_reals);

  /// Adds a sample, starting with the first one of `slice.present`. `values`: by number in the
  /// stream; columns that appear later are not yet in it.
  void add(std::span<const std::int64_t> values, const ChunkSink& sink);
  /// Writes the last, partly filled chunk, padded with the fill value.
  void finish(const ChunkSink& sink);

  /// Whether the last sample of `slice.present` has been added.
  [[nodiscard]] bool is_complete() const noexcept { return left_ == 0; }
  [[nodiscard]] bool saw_missing() const noexcept { return saw_missing_; }

  static constexpr std::uint32_t no_column = 0xffffffff;

 private:
  void flush(const ChunkSink& sink);
  void append(const ChunkSink& sink);

  Slice slice_;
  std::uint64_t chunk_samples_;
  std::uint64_t chunk_fields_;
  std::vector<std::uint32_t> columns_;
  std::vector<bool> holds_reals_;
  bool real_;
  std::int64_t fill_;
  std::vector<std::int64_t> elements_;
  std::uint64_t filled_;   ///< samples in the current chunk
  std::uint64_t flushed_;  ///< samples in earlier chunks
  std::int64_t left_;      ///< samples still to be added
  bool has_values_ = false;
  bool saw_missing_ = false;
};

}  // namespace tscollect::block
