#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

/// Reads a journal's records one after another and verifies their checks. Holds one record and a
/// buffer, however long the file. The bytes are untrusted.
class Scanner {
 public:
  /// Reads bytes [begin, end) of the file, which the caller keeps open.
  Scanner(int descriptor, std::uint64_t begin, std::uint64_t end, std::uint32_t seed);

  /// Moves to the next record. False: there is none; error() says why if this is not the end.
  [[nodiscard]] bool next();

  /// The record, without length and check; valid until next().
  [[nodiscard]] std::span<const std::byte> record() const noexcept { return record_; }
  /// Offset of the next record.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  /// What is wrong with the bytes at position(); empty: nothing.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  [[nodiscard]] bool ensure(std::size_t bytes);
  [[nodiscard]] std::span<const std::byte> ahead() const;
  [[nodiscard]] bool stop(const char* error);

  int descriptor_;
  std::uint64_t position_;
  std::uint64_t end_;
  std::uint32_t check_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;  ///< of the unread bytes in the buffer
  std::size_t filled_ = 0;
  std::span<const std::byte> record_;
  std::string error_;
};

}  // namespace tscollect::journal
