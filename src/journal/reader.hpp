#pragma once

#include "journal/header.hpp"
#include "journal/owner.hpp"
#include "base/descriptor.hpp"
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

/// What a journal holds, as far as it makes sense.
struct Contents {
  std::filesystem::path path;
  Header header;
  std::uint64_t file_bytes = 0;  ///< without the zeros that a killed writer leaves at its end
  std::uint64_t begin = 0;       ///< where the first record stands
  std::uint64_t good_end = 0;    ///< where the last whole sample ends
  std::int64_t samples = 0;
  std::int64_t first_tick = -1;
  std::int64_t last_tick = -1;
  std::size_t columns = 0;
  std::int64_t stored_bytes = 0;  ///< of the samples in memory, as HostSummary has it
  std::uint32_t seed = 0;         ///< of the records' checks
  bool being_written = false;     ///< its run is not over
  bool continues = false;         ///< its last record says that there is another part
  std::string error;  ///< empty: whole; otherwise what is wrong at which byte, and what is dropped
  int node = 0;       ///< where the journals of several nodes were looked at: on which
};

/// A journal, or a part of one, opened for reading; it is never modified. The bytes are untrusted:
/// memory stays in proportion to the file.
class Reader {
 public:
  /// Opens a journal of that user and surveys it. Does not follow a symbolic link. Error: why it is
  /// no usable journal.
  [[nodiscard]] static Result<Reader> open(const std::filesystem::path& path,
                                           uid_t owner = geteuid());
  /// The same for a file that is open already; `path` is for messages.
  [[nodiscard]] static Result<Reader> adopt(base::Descriptor file,
                                            const std::filesystem::path& path);

  [[nodiscard]] const Contents& contents() const noexcept { return contents_; }

  [[nodiscard]] const std::vector<const table::Source*>& recorded() const noexcept {
    return recorded_;
  }
  /// Calls `visitor` with every record of the whole samples, until it returns false. Returns
  /// whether it never did. Error: the file, closed meanwhile, is not there any more.
  [[nodiscard]] Result<bool> visit(const block::RecordVisitor& visitor) const;

  /// Closes the file, which visit() opens again while it reads: a run may have left more parts than
  /// a process may have open files. Only for one that was opened by its path.
  void close() noexcept { file_.reset(); }

 private:
  Reader(base::Descriptor file, Contents contents, std::vector<const table::Source*> recorded);
  void validator();

  [[nodiscard]] Result<base::Descriptor> open_again() const;

  base::Descriptor file_;
  FileIdentity identity_;
  uid_t owner_ = 0;
  Contents contents_;
  std::vector<const table::Source*> recorded_;
};

}  // namespace tscollect::journal
