#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

/// Reads a journal's records one after the other and checks each. Holds one record and a buffer,
/// however long the file; the bytes are untrusted.
class Scanner {
 public:
  /// Reads bytes [begin, end) of the file, which stays the caller's.
  Scanner(int descriptor, std::uint64_t begin, std::uint64_t end, std::uint32_t seed);

  /// Goes to the next record. False: there is none, and flaw() says why if that is not the end.
  [[nodiscard]] bool next();

  /// The record, without length and check; valid until next().
  [[nodiscard]] std::span<const std::byte> record() const noexcept { return record_; }
  /// Where the next record begins, or would.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  /// Empty, or what is wrong with the bytes at position().
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
  std::size_t begin_ = 0;  ///< of what is ahead, in the buffer
  std::size_t filled_ = 0;
  std::span<const std::byte> record_;
  std::string error_;
};

}  // namespace tscollect::journal
