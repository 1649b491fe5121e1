#pragma once

#include "block/host_block.hpp"
#include "block/run_info.hpp"
#include "base/durable_file.hpp"
#include "store/hdf5/store_error.hpp"

#include <tscollect/result.hpp>

#include <filesystem>
#include <memory>
#include <span>

namespace tscollect::store {

using base::Existing;
using base::Sync;

/// Says before sampling whether `target` can be written: its folder exists and takes a file, and
/// nothing of that name is there unless `replace`. Error: what stands in the way and what to do.
Result<base::FilePlace> probe_target(const std::filesystem::path& target, bool replace);

/// Writes one run to `target`, host after host; finish() flushes, syncs and gives the file its
/// name, so that a reader never sees half a file. Memory does not grow with the number of hosts.
/// Every member throws StoreError.
class RunFileWriter {
 public:
  /// `existing`: of the target, when the file is finished.
  explicit RunFileWriter(const base::FilePlace& target, Existing existing = Existing::keep,
                         base::Access access = base::Access::by_umask);
  explicit RunFileWriter(const std::filesystem::path& target, Existing existing = Existing::keep)
      : RunFileWriter(base::FilePlace(target), existing) {}
  RunFileWriter(const RunFileWriter&) = delete;
  RunFileWriter& operator=(const RunFileWriter&) = delete;
  /// Nothing stays of a run that was not finished.
  ~RunFileWriter();

  /// Writes /hosts/<block.summary.name>; names are unique (the caller sees to it).
  void add_host(const block::HostBlock& block);

  /// Writes root attributes and host table, then makes the file appear under its name.
  void finish(const block::RunInfo& run, std::span<const block::HostOutcome> hosts,
              Sync sync = Sync::first);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "run.h5" → "run.json"
[[nodiscard]] std::filesystem::path sidecar_path(const std::filesystem::path& target);

/// Writes the sidecar of `target`, which appears when it is whole. Throws StoreError.
void write_sidecar(const base::FilePlace& target, const block::RunInfo& run,
                   std::span<const block::HostOutcome> hosts, Existing existing = Existing::keep,
                   Sync sync = Sync::first, base::Access access = base::Access::by_umask);

}  // namespace tscollect::store
