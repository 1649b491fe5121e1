#pragma once

#include "procfs/proc_file.hpp"
#include "stream/sample_stream.hpp"
#include "table/table.hpp"

#include <tscollect/sample.hpp>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <optional>
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

  /// The source whose file is being read at this moment. Any thread may ask.
  [[nodiscard]] std::optional<std::size_t> being_read() const noexcept;
  /// The file of a source. Any thread may ask.
  [[nodiscard]] const std::filesystem::path& path(std::size_t source) const {
    return watched_[source].file.path();
  }

 private:
  struct Watched {
    procfs::ProcFile file;
    sources::Table table;
    std::string read_error;
  };

  std::vector<Watched> watched_;
  std::vector<SourceReading> readings_;
  procfs::TextBuffer text_;
  std::atomic<std::size_t> being_read_ = none;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

}  // namespace tscollect::record
