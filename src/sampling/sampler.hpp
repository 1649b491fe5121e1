#pragma once

#include "procfs/proc_file.hpp"
#include "sampling/device_inspector.hpp"
#include "sampling/reading_slot.hpp"
#include "sampling/source_text.hpp"
#include "stream/sample_stream.hpp"
#include "table/table.hpp"

#include <tscollect/sample.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::sampling {

/// What this host does not have: a source of SampleOptions::sources_if_present that could not be
/// read when sampling began, or single files of a source that its kernel does not support.
struct AbsentSource {
  std::string name;
  std::string reason;
  bool is_whole = false;  ///< the whole source is left out
};

/// Whether it is found out what devices are, as they appear, beside the reading.
enum class Devices : std::uint8_t { named, described };

/// What a sampler does beside reading.
struct SamplerDuties {
  Devices devices = Devices::named;
  /// Sources that may be slow are read beside the others, and waited for that long; a reading that
  /// has not returned then is missing in its sample. 0: everything is read here.
  std::chrono::nanoseconds heartbeat{};
};

/// A source whose readings did not all come back in time.
struct LateSource {
  std::string names;  ///< "meminfo"; of sources that share a file "cpu, percpu"
  std::filesystem::path path;
  std::int64_t samples = 0;  ///< that are without it for that reason
  bool is_out = false;       ///< a reading has not returned yet
};

/// A thread that was inside a read for too long has been replaced, and returned after all: it owns
/// nothing any more but the slot of that text.
struct Replaced {
  std::shared_ptr<ReadingSlot> slot;
};

/// Reads this host's sources into their tables, with one set of open files and buffers.
class Sampler {
 public:
  /// Reads the sources that may be absent once, and leaves out those that are.
  /// Throws std::invalid_argument on an unknown source or a malformed device expression.
  explicit Sampler(const SampleOptions& options, SamplerDuties duties = {});
  Sampler(Sampler&&) = delete;
  Sampler& operator=(Sampler&&) = delete;
  ~Sampler();

  /// Reads every source once. A source that fails is missing and keeps its error; the others
  /// continue.
  /// Throws Replaced if another thread has taken over meanwhile.
  void read();

  /// The read that the reading thread is in, if any; any thread may ask.
  struct Turn {
    std::uint64_t number = 0;
  };
  [[nodiscard]] std::optional<Turn> turn() const noexcept;
  /// Takes over from a thread that is still in that read. Then its text is missing, read() is to be
  /// finished with resume(), and everything is the caller's. False: it is in that read no longer.
  [[nodiscard]] bool take_over(Turn turn);
  void resume();

  /// Waits for pending descriptions of devices, until `deadline`.
  void finish_descriptions(MonoTime deadline);
  /// Ends the threads that read, as far as they are not in a read.
  void close();

  /// Results of read(), in the registry's order.
  [[nodiscard]] std::span<const stream::SourceReading> readings() const noexcept {
    return readings_;
  }
  /// As of the last read().
  [[nodiscard]] std::vector<AbsentSource> absent() const;
  /// Once no samples are taken any more.
  [[nodiscard]] std::vector<LateSource> late_sources() const;
  /// Whether the last read() got at least one value from any source.
  [[nodiscard]] bool read_anything() const noexcept;
  [[nodiscard]] std::size_t failures() const noexcept;  ///< sources that failed in the last read()

  /// The source whose file is being read now. May be called from any thread.
  [[nodiscard]] std::optional<std::size_t> being_read() const noexcept;
  /// The file of a source, or the pattern of its files. May be called from any thread.
  [[nodiscard]] const std::filesystem::path& path(std::size_t source) const {
    return watched_[source].path;
  }

 private:
  struct Watched {
    table::Table table;
    std::filesystem::path path;
    std::string error;
    std::size_t rows_seen = 0;  ///< rows that are described, or will be
  };
  /// A text, and how many of watched_, from `first` on, are parsed from it.
  struct Text {
    std::shared_ptr<SourceText> text;
    std::size_t first_watched = 0;
    std::size_t watched_count = 0;
    bool may_be_slow = false;
    std::string late;                         ///< what is said of it when it is not back in time
    std::shared_ptr<ReadingSlot> slot = {};   ///< nullptr: it is read by the sampling thread
    std::int64_t taken_us = missing_integer;  ///< by the last reading
    std::int64_t late_samples = 0;
  };

  void watch(const table::Source& source, const SampleOptions& options);
  void watch_reading_times(const SampleOptions& options);
  void start_slots();
  void ask_slots();
  void read_here();
  void read_one(Text& text);
  void end_turn(std::uint64_t turn, const Text& text);
  [[nodiscard]] std::string names_of(const Text& text) const;
  void collect_slots();
  void follow(Text& text, bool got_text, const std::string& error, const procfs::TextBuffer& bytes);
  void miss(Text& text);
  void follow_reading_times();
  void fail(std::size_t watched, const std::string& message);
  void ask_for_descriptions(std::size_t watched);
  void take_descriptions();

  SamplerDuties duties_;
  std::vector<Text> texts_;
  std::vector<Watched> watched_;
  std::vector<stream::SourceReading> readings_;
  std::vector<AbsentSource> absent_;
  std::unique_ptr<procfs::TextBuffer> buffer_;
  std::size_t at_ = 0;          ///< the text that is next, or being read
  std::uint64_t sequence_ = 0;  ///< of readings, so that no two turns are alike
  std::atomic<std::uint64_t> turn_ = 0;
  bool has_slots_ = false;
  MonoTime begun_{};  ///< the last read()
  std::shared_ptr<ReadingRoom> room_;
  std::optional<DeviceInspector> inspector_;
  std::optional<std::size_t> times_;  ///< of watched_: how long readings took
  procfs::TextBuffer times_text_;
};

}  // namespace tscollect::sampling
