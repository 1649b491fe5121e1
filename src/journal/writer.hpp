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
  /// Of all parts together: the oldest go when a new one begins; 0: none.
  std::uint64_t limit_bytes = 0;
  /// At which a part is full; a quarter of the limit, if that is less.
  std::uint64_t part_bytes = std::uint64_t{16} << 20;
  /// How often the file is looked at, which somebody may cut or delete, and how long after a
  /// failure a next part is tried.
  std::chrono::nanoseconds look_every = std::chrono::seconds(1);
};

/// Appends a host's samples to a file of its own: what append() has returned from survives the
/// death of the process. Until the file is closed it may end with zeros (see Window). A long
/// journal goes from file to file; each part can be read without the others. Where a part cannot be
/// written any more (a full disk), or somebody has cut or deleted it, samples are not kept until a
/// next part can be created. A journal whose first part cannot be created has a fault() and ignores
/// what follows: sampling goes on without it. Nothing here throws for trouble with files. The files
/// stay when the writer is destroyed; the one that is being written is locked until then.
class Writer {
 public:
  /// Creates `options.folder`/file_name(header), exclusively, for its owner only, and not through a
  /// symbolic link; another name if that one is taken.
  Writer(Header header, WriterOptions options);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  /// Appends the records of one sample, as SampleEncoder::encode leaves them. False if they are not
  /// in the journal. In the steady state nothing is allocated.
  bool append(std::span<const std::byte> records);

  /// Whether the current part has its size, or cannot be written any more and it is time to try
  /// another: time for begin_part() and, if it succeeds, SampleEncoder::restart().
  [[nodiscard]] bool part_is_full() const;

  /// The samples from here on, whose stream must begin anew, go to a new part; the oldest parts are
  /// removed if there is a limit. False: it could not be created, and samples go on in the old one,
  /// if that can still be written; a later try may do better.
  [[nodiscard]] bool begin_part();

  /// Why samples are not kept at present; empty: they are.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  /// Of the part that was begun last; there is one if exists().
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return parts_.back().path; }
  [[nodiscard]] bool exists() const noexcept { return !parts_.empty(); }
  /// Of all parts that are there.
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  /// Those that append() was given.
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  /// Of them, those that went with the parts that a limit has cost.
  [[nodiscard]] std::int64_t dropped_samples() const noexcept { return dropped_; }

  /// Which samples the journal does not have, and why, apart from the dropped ones; empty: none.
  /// Looks at each file, and reads those that others have changed.
  [[nodiscard]] std::string loss() const;

  /// Removes the files: their samples are safe elsewhere.
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
  Window window_;         ///< of the last part
  bool appends_ = false;  ///< the last part is written to, not mapped
  std::int64_t samples_ = 0;
  std::int64_t not_written_ = 0;
  std::int64_t dropped_ = 0;
  MonoTime synced_;
  MonoTime looked_;
  MonoTime retry_at_;
};

}  // namespace tscollect::journal
