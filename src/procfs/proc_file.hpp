#pragma once

#include "base/files/descriptor.hpp"

#include <tscollect/result.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace tscollect::procfs {

/// A text buffer that keeps its storage between reads; [data, data + size) is the text.
class TextBuffer {
 public:
  [[nodiscard]] std::string_view view() const noexcept { return {storage_.data(), size_}; }
  void assign(std::string_view text);
  /// Overwrites the bytes from `begin` on with `text`. They must lie within the buffer.
  void overwrite(std::size_t begin, std::string_view text) noexcept {
    text.copy(storage_.data() + begin, text.size());
  }
  void clear() noexcept { size_ = 0; }
  void append(std::string_view text) { insert(size_, text); }
  /// Inserts `text` at position `at`.
  void insert(std::size_t at, std::string_view text);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Keeps only the first `size` bytes.
  void cut(std::size_t size) noexcept { size_ = size; }

 private:
  friend class ProcFile;
  std::string storage_;
  std::size_t size_ = 0;
};

/// One file below a configurable root. It stays open and is read completely from offset 0 each
/// time: a /proc file has no meaningful size, and read() returns its text in pieces of about a
/// page.
class ProcFile {
 public:
  explicit ProcFile(std::filesystem::path path);

  /// Reads the whole file into `text`, which grows as needed and keeps its storage. The first call
  /// opens the file; after a failure the next call opens it again.
  /// Error: "<path>: cannot open: <reason>" or "<path>: cannot read: <reason>".
  Result<void> read(TextBuffer& text);
  /// The same, appended to `text`; after a failure `text` is as before.
  Result<void> append_to(TextBuffer& text);
  /// errno of the last failure; 0 if the last read succeeded or failed for another reason.
  [[nodiscard]] int error_number() const noexcept { return error_number_; }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  [[nodiscard]] Error failure(std::string_view what, int error_number);

  std::filesystem::path path_;
  base::Descriptor descriptor_;
  int error_number_ = 0;
};

/// Longest text accepted from one file, in bytes. A longer one is an error, so that memory stays
/// bounded.
inline constexpr std::size_t longest_text_bytes = std::size_t{64} << 20;

/// Reads a small file once, for data that do not change while sampling (cpuinfo, boot_id).
Result<std::string> read_text_once(const std::filesystem::path& path);

}  // namespace tscollect::procfs
