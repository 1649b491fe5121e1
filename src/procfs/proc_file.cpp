#include "procfs/proc_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace tscollect::procfs {

namespace {

// Most files fit into a page; larger ones double the buffer once.
constexpr std::size_t first_storage_bytes = 16384;
// Enough room that a file appended to others in one buffer is not read in small pieces.
constexpr std::size_t least_room_bytes = 4096;

}  // namespace

[[gnu::hot]] void TextBuffer::assign(std::string_view text) {
  // Spare room for numbers that grow, so that a text of the same layout needs no further
  // allocation.
  if (storage_.size() < text.size()) storage_.resize(text.size() + text.size() / 4);
  if (!text.empty()) std::memcpy(storage_.data(), text.data(), text.size());
  size_ = text.size();
}

[[gnu::hot]] void TextBuffer::insert(std::size_t at, std::string_view text) {
  if (text.empty()) return;
  if (storage_.size() - size_ < text.size())
    storage_.resize(std::max(storage_.size() * 2, size_ + text.size()));
  char* const place = storage_.data() + at;
  std::memmove(place + text.size(), place, size_ - at);
  std::memcpy(place, text.data(), text.size());
  size_ += text.size();
}

ProcFile::ProcFile(std::filesystem::path path) : path_(std::move(path)) {}

Error ProcFile::failure(std::string_view what, int error_number) {
  error_number_ = error_number;
  return Error{fmt::format("{}: cannot {}: {}", path_.string(), what, std::strerror(error_number))};
}

[[gnu::hot]] Result<void> ProcFile::read(TextBuffer& text) {
  text.clear();
  return append_to(text);
}

[[gnu::hot]] Result<void> ProcFile::append_to(TextBuffer& text) {
  const std::size_t begin = text.size_;
  error_number_ = 0;
  if (!descriptor_.is_open()) {
    // O_NONBLOCK: a FIFO in a test tree or below a wrong --procfs must not block the sampler.
    descriptor_ = base::Descriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor_.is_open()) return failure("open", errno);
  }
  if (text.storage_.size() < text.size_ + least_room_bytes)
    text.storage_.resize(std::max(first_storage_bytes, 2 * text.storage_.size()));
  for (;;) {
    if (text.size_ == text.storage_.size()) {
      if (text.size_ >= longest_text_bytes) {
        descriptor_.reset();
        text.storage_.resize(begin);
        text.storage_.shrink_to_fit();
        text.size_ = begin;
        return Error{fmt::format("{}: longer than {} bytes", path_.string(), longest_text_bytes)};
      }
      text.storage_.resize(text.storage_.size() * 2);
    }
    // Each piece is read at the offset where the last one ended, so that the kernel continues
    // instead of generating the text from the start.
    const ssize_t got =
        ::pread(descriptor_.get(), text.storage_.data() + text.size_,
                text.storage_.size() - text.size_, static_cast<off_t>(text.size_ - begin));
    if (got > 0) {
      text.size_ += static_cast<std::size_t>(got);
    } else if (got == 0) {
      return {};
    } else if (errno != EINTR) {
      const int error_number = errno;
      descriptor_.reset();
      text.size_ = begin;
      return failure("read", error_number);
    }
  }
}

Result<std::string> read_text_once(const std::filesystem::path& path) {
  ProcFile file(path);
  TextBuffer text;
  if (auto outcome = file.read(text); !outcome) return outcome.error();
  return std::string(text.view());
}

}  // namespace tscollect::procfs
