#pragma once

#include "block/chunk_builder.hpp"
#include "block/host_block.hpp"
#include "block/presence.hpp"
#include "stream/sample_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tscollect::block {

/// One slice of an array (a device, or a few columns of a flat source), and the samples in which it
/// has values.
struct SlicePart {
  std::size_t number = 0;
  SampleRange present;
};

/// Divides a source's array into slices, each as wide as a chunk, leaving out empty ones.
class Slices {
 public:
  /// `present`: by device. `host` and `stream` must outlive the slices.
  Slices(const HostSource& host, const stream::StreamSource& stream,
         const std::vector<SampleRange>& present);

  /// The slices that each pass over the records fills, in the order in which they begin. At any
  /// time the slices being filled take at most a fixed number of bytes.
  [[nodiscard]] std::vector<std::vector<SlicePart>> passes() const;
  [[nodiscard]] SliceWriter writer(const SlicePart& part) const;

 private:
  [[nodiscard]] std::size_t most_at_once() const;

  const HostSource& host_;
  std::uint64_t chunk_samples_;
  std::uint64_t width_;
  std::size_t across_;  ///< slices per device
  std::vector<SlicePart> parts_;
  std::vector<std::uint32_t> cells_;  ///< number in the stream, by device and field
};

}  // namespace tscollect::block
