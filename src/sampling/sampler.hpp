#pragma once

#include "procfs/proc_file.hpp"
#include "sampling/device_inspector.hpp"
#include "sampling/source_text.hpp"
#include "stream/sample_stream.hpp"
#include "table/table.hpp"

#include <tscollect/sample.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::sampling {

/// What this host does not have: a source of SampleOptions::sources_if_present that could not be
/// read when sampling began, or single files of a source that the kernel does not support here.
struct AbsentSource {
  std::string name;
  std::string reason;
  bool is_whole = false;  ///< the whole source is left out
};

/// What is to be known of devices: their names, or also what sysfs says of them.
enum class Devices : std::uint8_t { named, described };

/// Reads this host's sources into their tables: one set of open files, one set of buffers.
class Sampler {
 public:
  /// Reads the sources that may be absent once, and leaves out those that are.
  /// Throws std::invalid_argument on an unknown source or a malformed device expression.
  /// `devices`: whether devices are described, on a thread of its own, as they appear.
  explicit Sampler(const SampleOptions& options, Devices devices = Devices::named);

  /// Reads every source once. A source that fails is missing and says why; the others go on.
  void read();
  /// Waits for what is being found out about devices, until `deadline`.
  void finish_descriptions(MonoTime deadline);

  /// As read() left them, in the registry's order.
  [[nodiscard]] std::span<const stream::SourceReading> readings() const noexcept {
    return readings_;
  }
  /// As the last reading showed.
  [[nodiscard]] std::vector<AbsentSource> absent() const;
  /// Whether the last read() got at least one value from any source.
  [[nodiscard]] bool read_anything() const noexcept;
  [[nodiscard]] std::size_t failures() const noexcept;  ///< sources that failed in the last read()

  /// The source whose file is being read at this moment. Any thread may ask.
  [[nodiscard]] std::optional<std::size_t> being_read() const noexcept;
  /// The file of a source, or the pattern of its files. Any thread may ask.
  [[nodiscard]] const std::filesystem::path& path(std::size_t source) const {
    return watched_[source].path;
  }

 private:
  struct Watched {
    table::Table table;
    std::filesystem::path path;
    std::string error;
    std::size_t rows_seen = 0;  ///< of those, devices are described, or will be
  };
  /// A text, and the tables that are parsed from it: as many of watched_, from the first on.
  struct Text {
    SourceText text;
    std::size_t first_watched = 0;
    std::size_t watched_count = 0;
  };

  void watch(const table::Source& source, const table::DeviceFilter& filter,
             const table::Roots& roots, bool may_be_absent);
  void fail(std::size_t watched, const std::string& message);
  void ask_for_descriptions(std::size_t watched);
  void take_descriptions();

  std::vector<Text> texts_;
  std::vector<Watched> watched_;
  std::vector<stream::SourceReading> readings_;
  std::vector<AbsentSource> absent_;
  procfs::TextBuffer text_;
  std::optional<DeviceInspector> inspector_;
  std::atomic<std::size_t> being_read_ = none;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

}  // namespace tscollect::sampling
