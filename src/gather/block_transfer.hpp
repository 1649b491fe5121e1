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

/// Bytes per MPI message: small enough that a slow receiver delays the sender only briefly.
inline constexpr std::size_t piece_bytes = std::size_t{16} << 20;

/// Rank 0's request for a block. The transfer's number is part of the tag of its pieces, so that
/// pieces of an abandoned transfer are not mistaken for those of the next.
struct PullRequest {
  std::uint64_t number = 0;
  std::string words;  ///< passed on to the sender; may be empty
};

[[nodiscard]] std::string encode(const PullRequest& request);
[[nodiscard]] std::optional<PullRequest> decode_pull(std::string_view text);

/// The MPI tag of a transfer's pieces. Every MPI supports tags up to 32767.
[[nodiscard]] int piece_tag(std::uint64_t number) noexcept;

/// A block waiting to be requested. If a transfer fails, MPI may still read the block, so it is
/// kept in memory.
class OutgoingBlock {
 public:
  explicit OutgoingBlock(std::vector<std::byte> block);

  [[nodiscard]] std::size_t size() const noexcept { return block_->size(); }

  /// Sends the block in pieces to `destination`. False if a piece took longer than `timeout`. The
  /// size is announced before, in the `finished` message; BlockPuller receives.
  [[nodiscard]] bool send(Mailbox& mailbox, int destination, const PullRequest& request,
                          std::chrono::nanoseconds timeout) const;

 private:
  std::shared_ptr<const std::vector<std::byte>> block_;
};

}  // namespace tscollect::gather
