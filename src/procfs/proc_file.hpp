#pragma once

#include "base/descriptor.hpp"

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
  /// `text` instead of as many bytes from `begin`; all of them are there.
  void overwrite(std::size_t begin, std::string_view text) noexcept {
    text.copy(storage_.data() + begin, text.size());
  }
  void clear() noexcept { size_ = 0; }

 private:
  friend class ProcFile;
  std::string storage_;
  std::size_t size_ = 0;
};

/// One file below an injectable root. It stays open and is read whole from offset 0 each time: a
/// /proc file has no size to trust, and hands out its text in pieces of about a page.
class ProcFile {
 public:
  explicit ProcFile(std::filesystem::path path);

  /// Reads the whole file into `text`, which grows as needed and keeps its storage. The first call
  /// opens the file; after a failure the next call opens it anew.
  /// Error: "<path>: cannot open: <reason>" or "<path>: cannot read: <reason>".
  Result<void> read(TextBuffer& text);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  Descriptor descriptor_;
};

/// Longest text accepted from one file, in bytes; beyond it a read is an error, not an allocation.
inline constexpr std::size_t longest_text_bytes = std::size_t{64} << 20;

/// Reads a small file once, for facts that do not change while sampling (cpuinfo, boot_id).
Result<std::string> read_text_once(const std::filesystem::path& path);

}  // namespace tscollect::procfs
