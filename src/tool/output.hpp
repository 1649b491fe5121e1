#pragma once

#include "base/files/durable_file.hpp"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tscollect::tool {

/// The reader of our output has ended (`| head`): no message, as this is not an error.
class OutputClosed : public std::runtime_error {
 public:
  OutputClosed() : std::runtime_error("the reader of the output has gone") {}
};

/// Destination of a command's result: standard output, or a file that appears when it is complete.
/// All write errors are detected: a full disk is an error, never a short file with status 0.
/// Members throw store::StoreError and OutputClosed.
class Output {
 public:
  /// `target` empty or "-": standard output. Devices and pipes are written to directly.
  explicit Output(const std::filesystem::path& target = {});
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string_view text);

  /// Makes sure that everything is written. A file without finish() does not appear.
  void finish();

 private:
  void flush();

  std::string name_;
  std::optional<base::DurableFile> file_;
  base::Descriptor special_;  ///< device or pipe
  int descriptor_ = -1;       ///< of the device, the pipe or standard output
  std::string buffer_;
};

}  // namespace tscollect::tool
