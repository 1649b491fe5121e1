#pragma once

#include "journal/header.hpp"
#include "journal/window.hpp"
#include "base/descriptor.hpp"

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
};

/// Appends a host's samples to a file of its own: what append() has returned from survives the
/// death of the process. Until the file is closed it may end with zeros (see Window). A long
/// journal goes from file to file; each part can be read without the others. A journal that cannot
/// be created or written has a fault() and ignores what follows: sampling goes on without it.
/// Nothing here throws for trouble with files. The files stay when the writer is destroyed, and are
/// locked until then.
class Writer {
 public:
  /// Creates `options.folder`/file_name(header), exclusively, for its owner only, and not through a
  /// symbolic link.
  Writer(Header header, WriterOptions options);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  /// Appends the records of one sample, as SampleEncoder::encode leaves them. False if they are not
  /// in the journal: fault() says why, or somebody has cut the part, and the next one is due. In
  /// the steady state nothing is allocated.
  bool append(std::span<const std::byte> records);

  /// Whether the current part has its size, or cannot be written any more: time for
  /// begin_part() and, if it succeeds, SampleEncoder::restart().
  [[nodiscard]] bool part_is_full() const noexcept;

  /// The samples from here on, whose stream must begin anew, go to a new part; the oldest parts are
  /// removed if there is a limit. False: it could not be created, and samples go on in the old one,
  /// if that can still be written; a later try may do better.
  [[nodiscard]] bool begin_part();

  /// Why the journal ends before the run; empty: it does not.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  /// Of the part that is being written; there is one if exists().
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return parts_.back().path; }
  [[nodiscard]] bool exists() const noexcept { return !parts_.empty(); }
  /// Of all parts that are there.
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
  /// Of them, those that went with the parts that a limit has cost.
  [[nodiscard]] std::int64_t dropped_samples() const noexcept;

  /// What others have done to parts that are still needed, as "<name> has been deleted"; empty:
  /// nothing. Looks at each file.
  [[nodiscard]] std::string damage() const;

  /// Removes the files: their samples are safe elsewhere.
  void remove();

 private:
  struct Part {
    std::filesystem::path path;
    procfs::Descriptor file;  ///< its lock says that the run is alive
    std::uint64_t bytes = 0;
    std::uint64_t first_sample_end = 0;
    std::uint64_t full_at = 0;  ///< 0: as the options say
    std::int64_t samples_before = 0;
    bool cut = false;  ///< somebody has made it shorter
  };
  void create_part();
  void end_part(const Part& part);
  void mark_continued(Part& part, std::uint32_t check);
  [[nodiscard]] bool write_directly(const Part& part);
  void drop_oldest_parts();
  void frame(std::span<const std::byte> records);
  bool write_frames(Part& part);
  void sync_if_due();
  void sync();
  void fail(const Part& part, std::string_view why);

  WriterOptions options_;
  Header header_;
  std::vector<std::byte> frames_;
  std::string fault_;
  std::deque<Part> parts_;
  Window window_;  ///< of the last part
  std::int64_t samples_ = 0;
  std::uint32_t check_ = 0;
  MonoTime synced_;
};

}  // namespace tscollect::journal
