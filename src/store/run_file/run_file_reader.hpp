#pragma once

#include "block/host_block.hpp"
#include "block/run_info.hpp"

#include <tscollect/data.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tscollect::store {

/// One source of one host, read back: `values` is row-major, [n_samples × n_rows × n_fields] with
/// one row for a flat source; reals by the bits of their double, missing as missing_integer (or
/// NaN).
struct ReadSource {
  record::HostSource description;  ///< without chunks
  std::vector<std::int64_t> values;
};

/// One host, read back, or the samples of it that were asked for; n_samples is their number.
struct ReadHost {
  record::HostSummary summary;
  std::uint64_t first_row = 0;            ///< of the file, that element 0 of the arrays is
  std::vector<std::int64_t> time_ns;      ///< [n_samples]
  std::vector<std::int64_t> tick;         ///< [n_samples]
  std::vector<std::int64_t> lateness_ns;  ///< [n_samples]
  std::vector<std::int64_t> duration_ns;  ///< [n_samples]
  std::vector<ReadSource> sources;
  std::vector<record::HostError> errors;
  std::vector<record::TickGap> gaps;
  std::vector<record::CounterReset> resets;
};

/// Reads a file that RunFileWriter made; the file is untrusted. Members throw StoreError, which
/// names the file and the object in it.
class RunFileReader {
 public:
  explicit RunFileReader(const std::filesystem::path& path);
  RunFileReader(const RunFileReader&) = delete;
  RunFileReader& operator=(const RunFileReader&) = delete;
  ~RunFileReader();

  [[nodiscard]] const record::RunInfo& run() const;
  [[nodiscard]] const std::vector<record::HostOutcome>& hosts() const;  ///< the host table
  /// Reads the host of that name (as in the host table). One host in memory at a time.
  [[nodiscard]] ReadHost read_host(const std::string& name) const;
  /// Reads only `count` of its samples from row `first` on, as far as there are: for long runs.
  [[nodiscard]] ReadHost read_rows(const std::string& name, std::uint64_t first,
                                   std::uint64_t count) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Calls the visitor with each sample of the host, in the reference collector's shape: as objects
/// they take many times the space of their columns.
void for_each_sample(const ReadHost& host,
                     const std::function<void(TimeSeriesSample&& sample)>& visit);

/// The samples of one host in the reference collector's shape.
[[nodiscard]] std::vector<TimeSeriesSample> samples_of(const ReadHost& host);

/// The TimeSeriesData head (everything but samples_by_host).
[[nodiscard]] TimeSeriesData head_of(const record::RunInfo& run);

}  // namespace tscollect::store
