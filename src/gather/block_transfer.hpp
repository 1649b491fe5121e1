#pragma once

#include "gather/mailbox.hpp"

#include <tscollect/time.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tscollect::gather {

/// Bytes per MPI message: small enough that a slow receiver holds up little.
inline constexpr std::size_t piece_bytes = std::size_t{16} << 20;

/// Sends a block in pieces to `destination`, which has asked for it. False if that took beyond the
/// deadline. The size is announced beforehand, in the `finished` message.
[[nodiscard]] bool send_block(Mailbox& mailbox, int destination, std::span<const std::byte> block,
                              MonoTime deadline);

/// Receives a block of `size` bytes from `source`; nothing if that took beyond the deadline.
[[nodiscard]] std::optional<std::vector<std::byte>> receive_block(Mailbox& mailbox, int source,
                                                                  std::size_t size,
                                                                  MonoTime deadline);

}  // namespace tscollect::gather
