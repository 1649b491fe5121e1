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

class Diagnostics;

/// One source of one host. `values` is row-major, [n_samples × n_rows × n_fields] with one row for
/// a flat source; reals as the bits of their double, missing cells as missing_integer (or NaN).
struct ReadSource {
  block::HostSource description;  ///< without chunks
  std::vector<std::int64_t> values;
};

/// Times of all or some of a host's samples.
struct HostTimes {
  std::uint64_t first_row = 0;            ///< row in the file of element 0 of the arrays
  std::vector<std::int64_t> time_ns;      ///< [n_samples]
  std::vector<std::int64_t> tick;         ///< [n_samples]
  std::vector<std::int64_t> lateness_ns;  ///< [n_samples]
  std::vector<std::int64_t> duration_ns;  ///< [n_samples]
};

/// One host, or the requested samples of it; n_samples is their number.
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

/// Cells of one source: a box of its array, row-major, [samples × rows × fields]. A flat source has
/// one row.
struct CellBlock {
  std::size_t source = 0;  ///< index in ReadHost::sources
  std::size_t first_row = 0;
  std::size_t rows = 0;
  std::size_t first_field = 0;
  std::size_t fields = 0;
  std::span<const std::int64_t> values;
};

/// Receives the samples of a host in order, a bounded number of cells at a time.
class HostVisitor {
 public:
  HostVisitor() = default;
  HostVisitor(const HostVisitor&) = delete;
  HostVisitor& operator=(const HostVisitor&) = delete;
  virtual ~HostVisitor() = default;

  /// Receives the times of the next samples. All their cells follow, each once, before the next
  /// call.
  virtual void take_times(const HostTimes& times) = 0;
  virtual void take_cells(const HostTimes& times, const CellBlock& cells) = 0;
};

/// Passes a host in memory to the visitor.
void visit(const ReadHost& host, HostVisitor& visitor);

/// One open host of a file. Besides its description, at most 56 MiB of its cells are in memory,
/// whatever its size. Members throw StoreError.
class HostReader {
 public:
  struct State;
  explicit HostReader(std::unique_ptr<State> state);
  HostReader(HostReader&&) noexcept;
  HostReader& operator=(HostReader&&) = delete;
  ~HostReader();

  /// The descriptions of the host's arrays, and its events, without any sample.
  [[nodiscard]] const ReadHost& layout() const;
  [[nodiscard]] std::uint64_t samples() const;

  /// The first and last sample, which is cheap; nothing if there are none.
  [[nodiscard]] std::optional<HostEnds> ends() const;

  /// The next samples with all their cells; nullptr after the last ones.
  [[nodiscard]] const ReadHost* next_part();
  /// All samples.
  void visit(HostVisitor& visitor) const;
  /// Times of `count` samples from row `first` on, or of those that exist.
  void read_times(std::uint64_t first, std::uint64_t count, HostTimes& times) const;
  /// Their cells in the rows and fields of `where`, which must lie in the source's array.
  void read_cells(std::uint64_t first, std::uint64_t count, const CellBlock& where,
                  std::vector<std::int64_t>& values) const;
  /// `count` samples from row `first` on, or those that exist, however much memory they take.
  [[nodiscard]] ReadHost read(std::uint64_t first, std::uint64_t count) const;
  /// The same for times only, or for one column of a source (its index in layout().sources).
  [[nodiscard]] HostTimes read_times(std::uint64_t first, std::uint64_t count) const;
  [[nodiscard]] std::vector<std::int64_t> read_column(std::size_t source, std::size_t row,
                                                      std::size_t field, std::uint64_t first,
                                                      std::uint64_t count) const;

 private:
  std::unique_ptr<State> state_;
};

/// Reads a file written by RunFileWriter. The file is untrusted. Members throw StoreError, which
/// names the file and the object in it.
class RunFileReader {
 public:
  /// `diagnostics`: gets violations of the layout that do not stop the reader; nullptr: they are
  /// not looked for.
  explicit RunFileReader(const std::filesystem::path& path, Diagnostics* diagnostics = nullptr);
  RunFileReader(const RunFileReader&) = delete;
  RunFileReader& operator=(const RunFileReader&) = delete;
  ~RunFileReader();

  [[nodiscard]] const std::string& schema() const;  ///< of the file: "1.4"
  [[nodiscard]] const block::RunInfo& run() const;
  [[nodiscard]] const std::vector<block::HostOutcome>& hosts() const;  ///< the host table
  /// Opens the host of that name (as in the host table); the reader must outlive it.
  [[nodiscard]] HostReader open_host(const std::string& name,
                                     Diagnostics* diagnostics = nullptr) const;
  /// All samples of a host at once; only for hosts known to be small.
  [[nodiscard]] ReadHost read_host(const std::string& name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Calls the visitor with each sample of the host, in the reference collector's shape. One at a
/// time, as these objects take many times the space of their columns.
void for_each_sample(const ReadHost& host,
                     const std::function<void(TimeSeriesSample&& sample)>& visit);

/// TimeSeriesData without samples_by_host.
[[nodiscard]] TimeSeriesData head_of(const block::RunInfo& run);

}  // namespace tscollect::store
