#pragma once

#include "block/host_block.hpp"
#include "block/run_info.hpp"

#include <tscollect/data.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::store {

/// One source of one host, read back: `values` is row-major, [n_samples × n_rows × n_fields] with
/// one row for a flat source; reals by the bits of their double, missing as missing_integer (or
/// NaN).
struct ReadSource {
  block::HostSource description;  ///< without chunks
  std::vector<std::int64_t> values;
};

/// When the samples were taken, of all or of some of a host's samples.
struct HostTimes {
  std::uint64_t first_row = 0;            ///< of the file, that element 0 of the arrays is
  std::vector<std::int64_t> time_ns;      ///< [n_samples]
  std::vector<std::int64_t> tick;         ///< [n_samples]
  std::vector<std::int64_t> lateness_ns;  ///< [n_samples]
  std::vector<std::int64_t> duration_ns;  ///< [n_samples]
};

/// One host, read back, or the samples of it that were asked for; n_samples is their number.
struct ReadHost : HostTimes {
  block::HostSummary summary;
  std::vector<ReadSource> sources;
  std::vector<block::HostError> errors;
  std::vector<block::TickGap> gaps;
  std::vector<block::CounterReset> resets;
};

/// The first and the last sample of a host.
struct HostEnds {
  std::int64_t first_tick = 0;
  std::int64_t last_tick = 0;
  std::int64_t first_lateness_ns = 0;
  std::int64_t last_lateness_ns = 0;
};

/// Cells of one source: a rectangle of its array, row-major, [samples × rows × fields]. A flat
/// source has one row.
struct CellBlock {
  std::size_t source = 0;  ///< place in ReadHost::sources
  std::size_t first_row = 0;
  std::size_t rows = 0;
  std::size_t first_field = 0;
  std::size_t fields = 0;
  std::span<const std::int64_t> values;
};

/// Follows the samples of a host a bounded number of cells at a time, in the order of their times.
class HostVisitor {
 public:
  HostVisitor() = default;
  HostVisitor(const HostVisitor&) = delete;
  HostVisitor& operator=(const HostVisitor&) = delete;
  virtual ~HostVisitor() = default;

  /// The next samples. Their cells follow, each of them once, before the next times.
  virtual void take_times(const HostTimes& times) = 0;
  virtual void take_cells(const HostTimes& times, const CellBlock& cells) = 0;
};

/// Shows the visitor a host that is in memory.
void visit(const ReadHost& host, HostVisitor& visitor);

/// One host of a file, open. Beside what describes the host, at most 56 MiB of its cells are
/// in memory, whatever its size. Members throw StoreError.
class HostReader {
 public:
  struct State;
  explicit HostReader(std::unique_ptr<State> state);
  HostReader(HostReader&&) noexcept;
  HostReader& operator=(HostReader&&) = delete;
  ~HostReader();

  /// What the host's arrays are, and its events, without any sample.
  [[nodiscard]] const ReadHost& layout() const;
  [[nodiscard]] std::uint64_t samples() const;

  /// Only its first and last sample, which costs little; nothing without samples.
  [[nodiscard]] std::optional<HostEnds> ends() const;

  /// The next samples with all of their cells; nullptr after the last ones.
  [[nodiscard]] const ReadHost* next_part();
  /// All samples.
  void visit(HostVisitor& visitor) const;
  /// When `count` samples from row `first` on were taken, as far as there are.
  void read_times(std::uint64_t first, std::uint64_t count, HostTimes& times) const;
  /// Their cells in the rows and fields of `where`, which lie in its source's array.
  void read_cells(std::uint64_t first, std::uint64_t count, const CellBlock& where,
                  std::vector<std::int64_t>& values) const;
  /// `count` samples from row `first` on, as far as there are, however much memory they take.
  [[nodiscard]] ReadHost read(std::uint64_t first, std::uint64_t count) const;
  /// Likewise only their times, or only one column of a source (its place in layout().sources).
  [[nodiscard]] HostTimes read_times(std::uint64_t first, std::uint64_t count) const;
  [[nodiscard]] std::vector<std::int64_t> read_column(std::size_t source, std::size_t row,
                                                      std::size_t field, std::uint64_t first,
                                                      std::uint64_t count) const;

 private:
  std::unique_ptr<State> state_;
};

/// Reads a file that RunFileWriter made; the file is untrusted. Members throw StoreError, which
/// names the file and the object in it.
class RunFileReader {
 public:
  explicit RunFileReader(const std::filesystem::path& path);
  RunFileReader(const RunFileReader&) = delete;
  RunFileReader& operator=(const RunFileReader&) = delete;
  ~RunFileReader();

  [[nodiscard]] const block::RunInfo& run() const;
  [[nodiscard]] const std::vector<block::HostOutcome>& hosts() const;  ///< the host table
  /// Opens the host of that name (as in the host table); it must not outlive this.
  [[nodiscard]] HostReader open_host(const std::string& name) const;
  /// All samples of a host at once, for hosts that are known to be small.
  [[nodiscard]] ReadHost read_host(const std::string& name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Calls the visitor with each sample of the host, in the reference collector's shape: as objects
/// they take many times the space of their columns.
void for_each_sample(const ReadHost& host,
                     const std::function<void(TimeSeriesSample&& sample)>& visit);

/// The TimeSeriesData head (everything but samples_by_host).
[[nodiscard]] TimeSeriesData head_of(const block::RunInfo& run);

}  // namespace tscollect::store
