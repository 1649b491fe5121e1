#pragma once

#include "block/run_info.hpp"
#include "store/run_file/finding.hpp"
#include "store/hdf5/store_error.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace tscollect::store {

/// An HDF5 file that is none of tscollect's, or of a schema that this build cannot judge.
class ForeignFile : public StoreError {
 public:
  using StoreError::StoreError;
};

/// Checks how a run's file is built against docs/file-format.md: links, types, attributes,
/// dimension scales, filters. What the arrays hold is checked by whoever reads them. The file is
/// untrusted.
class StructureCheck {
 public:
  /// Opens the file. Throws ForeignFile, or StoreError if HDF5 cannot open it.
  explicit StructureCheck(const std::filesystem::path& path);
  StructureCheck(const StructureCheck&) = delete;
  StructureCheck& operator=(const StructureCheck&) = delete;
  ~StructureCheck();

  [[nodiscard]] const std::string& schema() const;
  /// Of a later minor version: it may hold what this build does not know.
  [[nodiscard]] bool is_newer() const;

  void check_root(Findings& findings) const;
  /// The group of one host of the table.
  void check_host(const record::HostOutcome& outcome, Findings& findings);
  /// Groups below /hosts that no line of the table speaks of; after every check_host().
  void check_rest(Findings& findings) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tscollect::store
