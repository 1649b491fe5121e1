#pragma once

#include <cstdint>

namespace tscollect::store {

/// Limits the memory for lists and texts of a file, or of one host in it. Small data in the file
/// can be large in memory, for example if one object is referenced many times; a valid file stays
/// far below the limit.
class ReadBudget {
 public:
  /// `file_bytes`: size of the file on disk.
  explicit ReadBudget(std::uint64_t file_bytes) noexcept : left_(always + per_byte * file_bytes) {}

  /// Takes the bytes from the budget; false if less was left.
  [[nodiscard]] bool take(std::uint64_t bytes) noexcept {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  [[nodiscard]] std::uint64_t left() const noexcept { return left_; }

 private:
  static constexpr std::uint64_t always = std::uint64_t{32} << 20U;
  static constexpr std::uint64_t per_byte = 8;

  std::uint64_t left_;
};

}  // namespace tscollect::store
