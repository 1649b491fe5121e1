#pragma once

#include <cstdint>

namespace tscollect::stream {

// First byte of every record. That of a sample has the highest bit set, and flags in the others.
inline constexpr std::uint8_t layout_record = 0x01;
inline constexpr std::uint8_t error_record = 0x02;
inline constexpr std::uint8_t restart_record = 0x03;
// 0x04 is used by the journal (journal/record_validator.hpp).
inline constexpr std::uint8_t device_record = 0x05;
inline constexpr std::uint8_t sample_record = 0x80;
inline constexpr std::uint8_t sample_skips_ticks =
    0x01;                                               ///< the tick is not the one after the last
inline constexpr std::uint8_t sample_activates = 0x02;  ///< columns became active
inline constexpr std::uint8_t sample_leaves = 0x04;     ///< columns became missing

// Smallest encoded size of a column in a layout record.
inline constexpr std::size_t least_column_bytes = 3;

}  // namespace tscollect::stream
