#pragma once

#include "procfs/proc_file.hpp"
#include "stream/sample_stream.hpp"
#include "table/table.hpp"

#include <tscollect/sample.hpp>

#include <span>
#include <string>
#include <vector>

namespace tscollect::record {

/// Reads this host's sources into their tables: one set of open files, one set of buffers.
class Sampler {
 public:
  /// Throws std::invalid_argument on an unknown source or a malformed device expression.
  explicit Sampler(const SampleOptions& options);

  /// Reads every source once. A source that fails is missing and says why; the others go on.
  void read();

  /// As read() left them, in the registry's order.
  [[nodiscard]] std::span<const SourceReading> readings() const noexcept { return readings_; }
  /// Whether the last read() got at least one value from any source.
  [[nodiscard]] bool read_anything() const noexcept;
  [[nodiscard]] std::size_t failures() const noexcept;  ///< sources that failed in the last read()

 private:
  struct Watched {
    procfs::ProcFile file;
    sources::Table table;
    std::string read_error;
  };

  std::vector<Watched> watched_;
  std::vector<SourceReading> readings_;
  procfs::TextBuffer text_;
};

}  // namespace tscollect::record
