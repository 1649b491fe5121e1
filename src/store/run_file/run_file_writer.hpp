#pragma once

#include "block/host_block.hpp"
#include "block/run_info.hpp"
#include "base/files/durable_file.hpp"
#include "store/hdf5/store_error.hpp"

#include <tscollect/result.hpp>

#include <filesystem>
#include <memory>
#include <span>

namespace tscollect::store {

using base::Existing;
using base::Sync;

/// Checks before sampling whether `target` can be written: its folder exists and a file can be
/// created in it, and no file of that name exists unless `replace`. Error: what is wrong and what
/// to do.
Result<base::FilePlace> probe_target(const std::filesystem::path& target, bool replace);

/// Writes one run to `target`, host by host. finish() flushes and syncs the file and gives it its
/// name, so that readers never see an incomplete file. Memory does not grow with the number of
/// hosts. All members throw StoreError.
class RunFileWriter {
 public:
  /// `existing`: what to do if the target exists when the file is finished.
  explicit RunFileWriter(const base::FilePlace& target, Existing existing = Existing::keep,
                         base::Access access = base::Access::by_umask);
  explicit RunFileWriter(const std::filesystem::path& target, Existing existing = Existing::keep)
      : RunFileWriter(base::FilePlace(target), existing) {}
  RunFileWriter(const RunFileWriter&) = delete;
  RunFileWriter& operator=(const RunFileWriter&) = delete;
  /// Removes a file that was not finished.
  ~RunFileWriter();

  /// Writes /hosts/<block.summary.name>; the caller must pass unique names.
  void add_host(const block::HostBlock& block);

  /// Writes root attributes and host table, then gives the file its name.
  void finish(const block::RunInfo& run, std::span<const block::HostOutcome> hosts,
              Sync sync = Sync::first);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "run.h5" → "run.json"
[[nodiscard]] std::filesystem::path sidecar_path(const std::filesystem::path& target);

/// Writes the sidecar of `target`, which appears when it is complete. Throws StoreError.
void write_sidecar(const base::FilePlace& target, const block::RunInfo& run,
                   std::span<const block::HostOutcome> hosts, Existing existing = Existing::keep,
                   Sync sync = Sync::first, base::Access access = base::Access::by_umask);

/// The same where the file of `target` has its name already. If that fails, what to tell the user;
/// else empty.
[[nodiscard]] std::string try_to_write_sidecar(const base::FilePlace& target,
                                               const block::RunInfo& run,
                                               std::span<const block::HostOutcome> hosts,
                                               Existing existing = Existing::keep,
                                               Sync sync = Sync::first,
                                               base::Access access = base::Access::by_umask);

}  // namespace tscollect::store
