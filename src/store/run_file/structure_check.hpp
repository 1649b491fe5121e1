#pragma once

#include "block/run_info.hpp"
#include "store/run_file/diagnostic.hpp"
#include "store/hdf5/store_error.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace tscollect::store {

/// Adds an error of the reader or of HDF5 as an error of `rule`, at the path in its message, or
/// else at `place`.
void add_store_error(const std::string& rule, const std::string& file, const std::string& place,
                     const StoreError& error, Diagnostics& diagnostics);

/// Checks the structure of a run's file against docs/file-format.md: links, types, attributes,
/// dimension scales, filters. The values in the arrays are not checked here. The file is untrusted.
class StructureCheck {
 public:
  /// Opens the file. Throws ForeignFile, or StoreError if HDF5 cannot open it.
  explicit StructureCheck(const std::filesystem::path& path);
  StructureCheck(const StructureCheck&) = delete;
  StructureCheck& operator=(const StructureCheck&) = delete;
  ~StructureCheck();

  [[nodiscard]] const std::string& schema() const;
  /// Whether the schema has a newer minor version, and may contain objects unknown to this build.
  [[nodiscard]] bool is_newer() const;

  void check_root(Diagnostics& diagnostics) const;
  /// Checks the group of one host of the table.
  void check_host(const block::HostOutcome& outcome, Diagnostics& diagnostics);
  /// Checks for groups below /hosts that are not in the host table. Call it after all check_host().
  void check_rest(Diagnostics& diagnostics) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tscollect::store
