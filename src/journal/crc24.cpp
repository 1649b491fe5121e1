#include "journal/crc24.hpp"

#include <array>

namespace tscollect::journal {

namespace {

constexpr std::uint32_t polynomial = 0x1864cfb;
constexpr unsigned width = 8 * check_bytes;
constexpr std::uint32_t mask = (1U << width) - 1;
constexpr unsigned step = 4;

constexpr std::array<std::uint32_t, 1U << step> make_table() {
  std::array<std::uint32_t, 1U << step> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t rest = i << (width - step);
    for (unsigned bit = 0; bit < step; ++bit) {
      rest <<= 1;
      if (rest > mask) rest ^= polynomial;
    }
    table[i] = rest;
  }
  return table;
}

alignas(64) constexpr auto table = make_table();

}  // namespace

std::uint32_t crc24_update(std::uint32_t check, std::span<const std::byte> bytes) noexcept {
  for (const std::byte byte : bytes) {
    check ^= std::to_integer<std::uint32_t>(byte) << (width - 8);
    check = ((check << step) & mask) ^ table[check >> (width - step)];
    check = ((check << step) & mask) ^ table[check >> (width - step)];
  }
  return check;
}

}  // namespace tscollect::journal
