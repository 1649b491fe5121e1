#pragma once

#include "base/durable_file.hpp"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tscollect::tool {

/// Whoever read our output has gone (`| head`): no message, as it is nobody's fault.
class OutputClosed : public std::runtime_error {
 public:
  OutputClosed() : std::runtime_error("the reader of the output has gone") {}
};

/// Where a command's result goes: standard output, or a file that appears when it is whole. Every
/// byte is accounted for: a full disk is an error, never a short file and status 0.
/// Members throw store::StoreError and OutputClosed.
class Output {
 public:
  /// `target` empty or "-": standard output. A device or a pipe is written to as it is.
  explicit Output(const std::filesystem::path& target = {});
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view text);

  /// Makes sure that everything written has arrived. What is not finished does not appear.
  void finish();

 private:
  void flush();

  std::string name_;
  std::optional<base::DurableFile> file_;
  base::Descriptor special_;  ///< the device or pipe
  int descriptor_ = -1;       ///< of that, or of standard output
  std::string buffer_;
};

}  // namespace tscollect::tool
