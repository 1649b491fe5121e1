#pragma once

#include "gather/mailbox.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::gather {

/// Bytes per MPI message: small enough that a slow receiver holds up little.
inline constexpr std::size_t piece_bytes = std::size_t{16} << 20;

/// A request by rank 0 for a block. The number of the transfer is part of the tag of its pieces, so
/// that those of an abandoned transfer are not taken for those of the next.
struct PullRequest {
  std::uint64_t number = 0;
  std::string words;  ///< for the sender; may be empty
};

[[nodiscard]] std::string encode(const PullRequest& request);
[[nodiscard]] std::optional<PullRequest> decode_pull(std::string_view text);

/// The MPI tag of a transfer's pieces. Any MPI has tags up to 32767.
[[nodiscard]] int piece_tag(std::uint64_t number) noexcept;

/// A block that waits to be asked for. MPI may still read from it when a transfer has failed, so
/// then it stays.
class OutgoingBlock {
 public:
  explicit OutgoingBlock(std::vector<std::byte> block);

  [[nodiscard]] std::size_t size() const noexcept { return block_->size(); }

  /// Sends the block in pieces to `destination`. False if a piece took longer than `timeout`. The
  /// size is announced beforehand, in the `finished` message; BlockPuller receives.
  [[nodiscard]] bool send(Mailbox& mailbox, int destination, const PullRequest& request,
                          std::chrono::nanoseconds timeout) const;

 private:
  std::shared_ptr<const std::vector<std::byte>> block_;
};

}  // namespace tscollect::gather
