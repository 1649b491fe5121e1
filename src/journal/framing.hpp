#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tscollect::journal {

/// Appends to each record its check, which depends on everything before it in the part.
class Framing {
 public:
  /// Begins a part with its header.
  void begin(std::vector<std::byte> header);
  /// Sets bytes() to the records, each followed by its check.
  void frame(std::span<const std::byte> records);
  /// The same for the record that says that another part follows.
  void frame_continued();

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }

  /// The check of the last record, from which the next one continues.
  [[nodiscard]] std::uint32_t check() const noexcept { return check_; }
  void set_check(std::uint32_t check) noexcept { check_ = check; }

 private:
  std::vector<std::byte> bytes_;
  std::uint32_t check_ = 0;
};

}  // namespace tscollect::journal
