#pragma once

#include <filesystem>
#include <string>

namespace tscollect::base {

/// A text that a signal handler can put in the place of a file: everything is prepared before.
class PreparedFile {
 public:
  PreparedFile() = default;
  /// The path becomes absolute.
  PreparedFile(const std::filesystem::path& path, std::string text);

  [[nodiscard]] bool is_empty() const noexcept { return path_.empty(); }
  /// Replaces the file as a whole, if there is one; nothing on failure. Makes only calls that are
  /// safe in a signal handler, signal-safety(7).
  void replace() const noexcept;

 private:
  std::string path_;
  std::string temporary_;
  std::string text_;
};

}  // namespace tscollect::base
