#pragma once

#include "journal/framing.hpp"
#include "journal/header.hpp"
#include "journal/part.hpp"
#include "journal/window.hpp"

#include <tscollect/time.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::journal {

struct WriterOptions {
  std::filesystem::path folder;
  std::optional<std::chrono::nanoseconds> sync_every;  ///< nothing: left to the kernel
  /// Limit of all parts together: the oldest are removed when a new one begins; 0: no limit.
  std::uint64_t limit_bytes = 0;
  /// Size at which a part is full; at most a quarter of the limit.
  std::uint64_t part_bytes = std::uint64_t{16} << 20;
  /// Interval for checking whether the file was truncated or deleted, and delay after a failure
  /// before a next part is tried.
  std::chrono::nanoseconds look_every = std::chrono::seconds(1);
};

/// Appends a host's samples to a file: a sample for which append() has returned true survives the
/// death of the process. Until the file is closed it may end with zeros (see Window). A long
/// journal has several files; each part can be read without the others. If a part cannot be written
/// any more (a full disk), or was truncated or deleted, samples are not kept until the next part
/// can be created. If the first part cannot be created, error() says why and later calls do
/// nothing: sampling continues without a journal. Errors with files do not throw. The files remain
/// when the writer is destroyed; the current one is locked until then.
class Writer {
 public:
  /// Creates `options.folder`/file_name(header) exclusively, readable by its owner only, without
  /// following a symbolic link; under another name if that one is taken.
  Writer(Header header, WriterOptions options);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  /// Appends the records of one sample, as written by SampleEncoder::encode. False if they are not
  /// in the journal. Does not allocate in the steady state.
  bool append(std::span<const std::byte> records);

  /// Whether the current part is full, or can no longer be written and the next attempt is due. The
  /// caller then calls begin_part() and, if it succeeds, SampleEncoder::restart().
  [[nodiscard]] bool part_is_full() const;

  /// Begins a new part for the samples that follow, whose stream must restart; removes the oldest
  /// parts if there is a limit. False: it could not be created. Samples then continue in the old
  /// part if that can still be written, and a later attempt may succeed.
  [[nodiscard]] bool begin_part();

  /// Why samples are currently not kept; empty: they are.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  /// Path of the newest part. Requires exists().
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return parts_.back().path; }
  [[nodiscard]] bool exists() const noexcept { return !parts_.empty(); }
  /// Size of all existing parts.
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  /// Number of samples passed to append().
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  /// Number of samples in parts that the limit has removed.
  [[nodiscard]] std::int64_t dropped_samples() const noexcept { return dropped_; }

  /// Which samples the journal lacks and why, except dropped ones; empty: none. Checks each file,
  /// and reads those that other processes have changed.
  [[nodiscard]] std::string loss() const;

  /// Removes the files, once their samples are stored elsewhere.
  void remove();

 private:
  [[nodiscard]] bool create_part();
  [[nodiscard]] bool open_part(Part& part);
  void end_part(Part& part);
  void mark_continued(Part& part, std::uint32_t check);
  void keep_in_old_part(Part& part);
  void fail(Part& part, int error, std::string_view what);
  void lose(Part& part);
  void drop_oldest_parts(std::size_t kept);
  [[nodiscard]] bool write_frames(Part& part);
  [[nodiscard]] bool write_directly(Part& part);
  void note_look();
  void look_if_due(Part& part);
  void sync_if_due();
  void sync();

  WriterOptions options_;
  Header header_;
  Framing framing_;
  std::string error_;
  std::string last_error_;
  std::deque<Part> parts_;
  Window window_;         ///< for the last part
  bool appends_ = false;  ///< the last part is written with write(), not mapped
  std::int64_t samples_ = 0;
  std::int64_t not_written_ = 0;
  std::int64_t dropped_ = 0;
  MonoTime synced_;
  MonoTime looked_;
  MonoTime retry_at_;
};

}  // namespace tscollect::journal
