#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// The check behind every record: 24 bits of CRC with the polynomial of OpenPGP (RFC 4880, 6.1),
// which finds every single and double flipped bit of a record and every burst of up to 24 bits; of
// anything else one in 16 million passes. It runs on from record to record: a record that belongs
// to another journal, or to another place in this one, does not fit either.
//
// Not zlib's CRC-32, by measure: a fourth byte would lift the journal above 110 bytes a sample, and
// the tables of the fast form are out of the caches at every tick. This one's fits a cache line.

namespace tscollect::journal {

inline constexpr std::size_t check_bytes = 3;

/// The check after `bytes`, carried on from `check`.
[[nodiscard]] std::uint32_t crc24_update(std::uint32_t check,
                                         std::span<const std::byte> bytes) noexcept;

}  // namespace tscollect::journal
