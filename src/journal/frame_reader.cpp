#include "journal/frame_reader.hpp"

#include "journal/crc24.hpp"
#include "base/bytes.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace tscollect::journal {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{128} << 10;
/// Far larger than the layout of a machine with a hundred thousand devices.
constexpr std::size_t longest_record = std::size_t{64} << 20;
constexpr std::size_t longest_length = 10;

}  // namespace

Scanner::Scanner(int descriptor, std::uint64_t begin, std::uint64_t end, std::uint32_t seed)
    : descriptor_(descriptor), position_(begin), end_(end), check_(seed), buffer_(buffer_bytes) {}

bool Scanner::next() {
  record_ = {};
  if (!error_.empty() || position_ == end_) return false;
  const auto left = end_ - position_;
  const auto length_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(left, longest_length));
  if (!ensure(length_bytes)) return false;
  base::ByteReader in(ahead().first(length_bytes));
  const std::uint64_t size = in.varint();
  if (!in.ok()) return stop(left < longest_length ? "cut short" : "no record");
  if (size == 0 || size > longest_record) return stop("no record");
  const std::size_t front = length_bytes - in.left();
  if (left < front + size + check_bytes) return stop("cut short");
  const std::size_t framed = front + static_cast<std::size_t>(size);
  if (!ensure(framed + check_bytes)) return false;
  const auto frame = ahead();
  const std::uint32_t check = crc24_update(check_, frame.first(framed));
  for (std::size_t i = 0; i < check_bytes; ++i)
    if (frame[framed + i] != static_cast<std::byte>(check >> (8 * i) & 0xff))
      return stop("a wrong checksum");
  check_ = check;
  record_ = frame.subspan(front, static_cast<std::size_t>(size));
  begin_ += framed + check_bytes;
  position_ += framed + check_bytes;
  return true;
}

std::span<const std::byte> Scanner::ahead() const {
  return std::span(buffer_).subspan(begin_, filled_ - begin_);
}

/// Fills the buffer so that at least `bytes`, which the file should have, are available.
bool Scanner::ensure(std::size_t bytes) {
  if (filled_ - begin_ >= bytes) return true;
  std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
  filled_ -= begin_;
  begin_ = 0;
  if (buffer_.size() < bytes) buffer_.resize(bytes);
  while (filled_ < bytes) {
    const std::uint64_t offset = position_ + filled_;
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size() - filled_, end_ - offset));
    const ssize_t got =
        pread(descriptor_, buffer_.data() + filled_, wanted, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      error_ = fmt::format("unreadable: {}", std::generic_category().message(errno));
      return false;
    }
    if (got == 0) return stop("cut short");
    filled_ += static_cast<std::size_t>(got);
  }
  return true;
}

bool Scanner::stop(const char* error) {
  error_ = error;
  return false;
}

}  // namespace tscollect::journal
