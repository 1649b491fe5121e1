#pragma once

#include "gather/mailbox.hpp"

#include <chrono>
#include <cstddef>
#include <span>

namespace tscollect::gather {

/// Bytes per MPI message: small enough that a slow receiver holds up little.
inline constexpr std::size_t piece_bytes = std::size_t{16} << 20;

/// Sends a block in pieces to `destination`, which has asked for it. False if a piece took longer
/// than `timeout`. The size is announced beforehand, in the `finished` message; BlockPuller
/// receives.
[[nodiscard]] bool send_block(Mailbox& mailbox, int destination, std::span<const std::byte> block,
                              std::chrono::nanoseconds timeout);

}  // namespace tscollect::gather
