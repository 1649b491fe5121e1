#include "procfs/proc_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace tscollect::procfs {

namespace {

// A page holds most files; larger ones double the buffer once and keep it.
constexpr std::size_t first_storage_bytes = 16384;

Error failure(const std::filesystem::path& path, std::string_view what, int error_number) {
  return Error{fmt::format("{}: cannot {}: {}", path.string(), what, std::strerror(error_number))};
}

}  // namespace

[[gnu::hot]] void TextBuffer::assign(std::string_view text) {
  // Room for numbers that grow, lest a text of the same layout needs memory again.
  if (storage_.size() < text.size()) storage_.resize(text.size() + text.size() / 4);
  if (!text.empty()) std::memcpy(storage_.data(), text.data(), text.size());
  size_ = text.size();
}

ProcFile::ProcFile(std::filesystem::path path) : path_(std::move(path)) {}

[[gnu::hot]] Result<void> ProcFile::read(TextBuffer& text) {
  text.clear();
  if (!descriptor_.is_open()) {
    // O_NONBLOCK: a fifo in a test tree, or a wrong --procfs, must not hang the sampler.
    descriptor_ = Descriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor_.is_open()) return failure(path_, "open", errno);
  }
  if (text.storage_.empty()) text.storage_.resize(first_storage_bytes);
  for (;;) {
    if (text.size_ == text.storage_.size()) {
      if (text.size_ >= longest_text_bytes) {
        descriptor_.reset();
        text = {};
        return Error{fmt::format("{}: longer than {} bytes", path_.string(), longest_text_bytes)};
      }
      text.storage_.resize(text.storage_.size() * 2);
    }
    // Offsets continue where the last piece ended, so the kernel goes on instead of starting anew.
    const ssize_t got = ::pread(descriptor_.get(), text.storage_.data() + text.size_,
                                text.storage_.size() - text.size_, static_cast<off_t>(text.size_));
    if (got > 0) {
      text.size_ += static_cast<std::size_t>(got);
    } else if (got == 0) {
      return {};
    } else if (errno != EINTR) {
      const int error_number = errno;
      descriptor_.reset();
      text.clear();
      return failure(path_, "read", error_number);
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
