#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tscollect::journal {

/// Puts a check behind each record, which follows from all that stand before it in the part.
class Framing {
 public:
  /// A part begins with its header.
  void begin(std::vector<std::byte> header);
  /// Replaces bytes() by the records, each with its check behind it.
  void frame(std::span<const std::byte> records);
  /// The same for the record by which a part says that there is a next one.
  void frame_continued();

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }

  /// Behind the last record: what the next one's check follows from.
  [[nodiscard]] std::uint32_t check() const noexcept { return check_; }
  void set_check(std::uint32_t check) noexcept { check_ = check; }

 private:
  std::vector<std::byte> bytes_;
  std::uint32_t check_ = 0;
};

}  // namespace tscollect::journal
