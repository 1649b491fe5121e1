#pragma once

#include "journal/descriptor.hpp"
#include "journal/header.hpp"

#include <tscollect/time.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

struct WriterOptions {
  std::filesystem::path folder;
  std::optional<std::chrono::nanoseconds> sync_every;  ///< nothing: left to the kernel
  std::uint64_t limit_bytes = 0;                       ///< 0: none
};

/// Appends a host's samples to a file of its own, one write() each: what append() has returned
/// from survives the death of the process. A journal that cannot be created or written has a
/// fault() and ignores what follows: sampling goes on without it. Nothing here throws for trouble
/// with files. The file stays when the writer is destroyed.
class Writer {
 public:
  /// Creates `options.folder`/file_name(header), exclusively, for its owner only, and not through a
  /// symbolic link.
  Writer(const Header& header, WriterOptions options);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() = default;

  /// Appends the records of one sample, as SampleEncoder::encode leaves them. False if they are not
  /// in the journal: fault() says why. In the steady state nothing is allocated.
  bool append(std::span<const std::byte> records);

  /// Why the journal ends before the run; empty: it does not.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] bool exists() const noexcept { return bytes_ > 0; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }

  /// Removes the file: its samples are safe elsewhere.
  void remove();

 private:
  void create();
  void frame(std::span<const std::byte> records);
  bool write_frames();
  void sync_if_due();
  void fail(std::string why);

  WriterOptions options_;
  std::filesystem::path path_;
  std::vector<std::byte> frames_;
  std::string fault_;
  std::uint64_t bytes_ = 0;
  std::int64_t samples_ = 0;
  std::uint32_t check_ = 0;
  MonoTime synced_;
  Descriptor file_;
};

}  // namespace tscollect::journal
