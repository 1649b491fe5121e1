#pragma once

#include "block/chunk_builder.hpp"
#include "block/host_block.hpp"
#include "block/presence.hpp"
#include "stream/sample_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tscollect::block {

/// One slice of an array: a device's, or a few columns of a flat source, and when it has values.
struct SlicePart {
  std::size_t number = 0;
  SampleRange present;
};

/// The rectangles of a source's array that are chunks wide, as far as there is anything in them.
class Slices {
 public:
  /// `present`: by device. `host` and `stream` outlive the slices.
  Slices(const HostSource& host, const stream::StreamSource& stream,
         const std::vector<SampleRange>& present);

  /// What one pass over the records fills after the other: in the order in which the slices begin,
  /// as many as never fill more than a bounded number of bytes at the same time.
  [[nodiscard]] std::vector<std::vector<SlicePart>> passes() const;
  [[nodiscard]] SliceWriter writer(const SlicePart& part) const;

 private:
  [[nodiscard]] std::size_t most_at_once() const;

  const HostSource& host_;
  std::uint64_t chunk_samples_;
  std::uint64_t width_;
  std::size_t across_;  ///< slices of one device
  std::vector<SlicePart> parts_;
  std::vector<std::uint32_t> cells_;  ///< the number in the stream, by device and field
};

}  // namespace tscollect::block
