#pragma once

#include <cstdint>

namespace tscollect::store {

/// How much memory the lists and texts of a file, or of one host in it, may take. Each can be small
/// in the file and large in memory, as when an object of the file is named many times; an honest
/// file stays far below.
class ReadBudget {
 public:
  /// `file_bytes`: what the file takes on the disk.
  explicit ReadBudget(std::uint64_t file_bytes) noexcept : left_(always + per_byte * file_bytes) {}

  /// Whether there was that much left; it is gone then.
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
