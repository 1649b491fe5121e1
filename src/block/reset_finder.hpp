#pragma once

#include "block/host_block.hpp"
#include "stream/sample_stream.hpp"
#include "table/source.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tscollect::block {

/// Finds counter resets: counters that decreased without wrapping, as after a device was removed
/// and added again or a module was reloaded. A value is compared with the last one that is not
/// missing.
class ResetFinder {
 public:
  explicit ResetFinder(std::span<const table::Source* const> recorded) : recorded_(recorded) {}

  /// Checks the sample that the decoder has just taken, and adds resets to the block's list and
  /// count.
  void look(const stream::SampleDecoder& decoder, HostBlock& block);

  /// Resets kept per host; further ones are only counted.
  static constexpr std::size_t most_resets = 1000;

 private:
  /// The device of the last reset.
  struct Place {
    std::int64_t row = -1;
    std::size_t source = 0;
    std::size_t device = 0;

    bool operator==(const Place&) const = default;
  };
  void note(const stream::SampleDecoder& decoder, Place place, const FieldDescription& field,
            HostBlock& block);

  std::span<const table::Source* const> recorded_;
  std::vector<std::int64_t> last_;  ///< by number in the stream; missing_integer: never seen
  std::vector<std::pair<std::uint32_t, std::uint32_t>>
      fallen_;  ///< of the current sample: source, column
  Place last_place_;
};

}  // namespace tscollect::block
