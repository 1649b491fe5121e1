#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tscollect::base {

/// Maps small numbers of either sign to small unsigned ones: 0, -1, 1, -2, … become 0, 1, 2, 3, …
[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
}

/// a - b and a + b modulo 2^64, as the kernel's counters wrap.
[[nodiscard]] constexpr std::int64_t wrapping_difference(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
[[nodiscard]] constexpr std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// Appends to a byte vector: single bytes, LEB128 varints, strings with their length first.
class ByteWriter {
 public:
  explicit ByteWriter(std::vector<std::byte>& out) : out_(&out) {}

  void byte(std::uint8_t value) { out_->push_back(std::byte{value}); }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  void signed_varint(std::int64_t value) { varint(zigzag(value)); }
  void string(std::string_view text) {
    varint(text.size());
    const auto bytes = std::as_bytes(std::span(text));
    out_->insert(out_->end(), bytes.begin(), bytes.end());
  }

 private:
  std::vector<std::byte>* out_;
};

/// Like ByteWriter, but writes into memory that is known to be large enough.
class PlacedWriter {
 public:
  explicit PlacedWriter(std::byte* begin) : at_(begin) {}

  [[nodiscard]] std::byte* end() const noexcept { return at_; }
  void byte(std::uint8_t value) noexcept { *at_++ = std::byte{value}; }
  void varint(std::uint64_t value) noexcept {
    for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
    byte(static_cast<std::uint8_t>(value));
  }
  void signed_varint(std::int64_t value) noexcept { varint(zigzag(value)); }

 private:
  std::byte* at_;
};

/// Reads what ByteWriter wrote. The bytes are untrusted: past the end, or after malformed input,
/// every call returns zero or empty and ok() is false.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool at_end() const noexcept { return bytes_.empty(); }
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size(); }
  void fail() noexcept {
    ok_ = false;
    bytes_ = {};
  }

  std::uint8_t byte() {
    if (bytes_.empty()) {
      fail();
      return 0;
    }
    const auto value = std::to_integer<std::uint8_t>(bytes_.front());
    bytes_ = bytes_.subspan(1);
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t part = byte();
      value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
      if ((part & 0x80) == 0) {
        if (shift == 63 && part > 1) break;
        return value;
      }
    }
    fail();
    return 0;
  }
  std::int64_t signed_varint() { return unzigzag(varint()); }
  /// A count of elements that take at least `least_bytes` each. A count larger than the remaining
  /// bytes allow is malformed, so that allocations stay proportional to the input.
  std::size_t count(std::size_t least_bytes) {
    const std::uint64_t value = varint();
    if (value > bytes_.size() / least_bytes) {
      fail();
      return 0;
    }
    return static_cast<std::size_t>(value);
  }
  std::span<const std::byte> take(std::size_t size) {
    if (size > bytes_.size()) {
      fail();
      return {};
    }
    const auto taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  std::string_view string() {
    const auto taken = take(count(1));
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }

 private:
  std::span<const std::byte> bytes_;
  bool ok_ = true;
};

}  // namespace tscollect::base
