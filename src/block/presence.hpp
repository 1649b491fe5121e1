#pragma once

#include "stream/sample_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tscollect::block {

/// A range of samples, by their rows in the file.
struct SampleRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;  ///< one after the last; equal to `begin` if empty

  [[nodiscard]] bool is_empty() const noexcept { return end <= begin; }
  [[nodiscard]] std::int64_t size() const noexcept { return is_empty() ? 0 : end - begin; }
};

/// The first and last sample in which each device (of a flat source: the source) had a value.
/// Outside this range nothing has to be filled, compressed or stored, which saves most of the work
/// if devices come and go often.
class Presence {
 public:
  explicit Presence(std::size_t sources) : rows_(sources) {}

  /// To be called after `decoder` has taken `record`, whether it is a sample or not.
  void follow(std::span<const std::byte> record, const stream::SampleDecoder& decoder);
  /// The range of a device, after `samples` samples in all.
  [[nodiscard]] SampleRange of(std::size_t source, std::size_t row, std::int64_t samples) const;

 private:
  struct Row {
    SampleRange seen;
    std::uint32_t values = 0;  ///< number of its columns that have a value now
    bool ever = false;
  };

  void forget(std::int64_t samples);

  std::vector<std::vector<Row>> rows_;  ///< by source
  std::vector<bool> there_;             ///< by index in the decoder's values
};

}  // namespace tscollect::block
