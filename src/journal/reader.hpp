#pragma once

#include "journal/header.hpp"
#include "journal/owner.hpp"
#include "base/files/descriptor.hpp"
#include "block/block_builder.hpp"
#include "table/source.hpp"

#include <tscollect/result.hpp>

#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tscollect::journal {

/// What a journal holds, up to the first error.
struct Contents {
  std::filesystem::path path;
  Header header;
  std::uint64_t file_bytes = 0;  ///< without the zeros that a killed writer leaves at its end
  std::uint64_t begin = 0;       ///< offset of the first record
  std::uint64_t good_end = 0;    ///< offset of the end of the last whole sample
  std::int64_t samples = 0;
  std::int64_t first_tick = -1;
  std::int64_t last_tick = -1;
  std::size_t columns = 0;
  std::int64_t stored_bytes = 0;  ///< size of the samples in memory, for HostSummary
  std::uint32_t seed = 0;         ///< of the records' checks
  bool being_written = false;     ///< its run is still going on
  bool continues = false;         ///< its last record says that another part follows
  std::string error;  ///< empty: whole; otherwise what is wrong at which byte, and what is lost
  int node = 0;       ///< the node on which it was found, if there are several
};

/// A journal, or a part of one, opened for reading; it is never modified. The bytes are untrusted:
/// memory is proportional to the file's size.
class Reader {
 public:
  /// Opens a journal of `owner` and reads its contents. Does not follow a symbolic link. Error: why
  /// it is not a usable journal.
  [[nodiscard]] static Result<Reader> open(const std::filesystem::path& path,
                                           uid_t owner = geteuid());
  /// The same for a file that is already open; `path` is for messages.
  [[nodiscard]] static Result<Reader> adopt(base::Descriptor file,
                                            const std::filesystem::path& path);

  [[nodiscard]] const Contents& contents() const noexcept { return contents_; }

  [[nodiscard]] const std::vector<const table::Source*>& recorded() const noexcept {
    return recorded_;
  }
  /// Calls `visitor` with the records of all whole samples, until it returns false. Returns whether
  /// it never did. Error: the file was closed, and no longer exists.
  [[nodiscard]] Result<bool> visit(const block::RecordVisitor& visitor) const;

  /// Closes the file; visit() opens it again while it reads. A run may have more parts than a
  /// process may have open files. Only for a reader that was opened by path.
  void close() noexcept { file_.reset(); }

 private:
  Reader(base::Descriptor file, Contents contents, std::vector<const table::Source*> recorded);
  void read_records();

  [[nodiscard]] Result<base::Descriptor> open_again() const;

  base::Descriptor file_;
  FileIdentity identity_;
  uid_t owner_ = 0;
  Contents contents_;
  std::vector<const table::Source*> recorded_;
};

}  // namespace tscollect::journal
