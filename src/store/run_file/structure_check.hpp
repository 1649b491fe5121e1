#pragma once

#include "block/run_info.hpp"
#include "store/run_file/finding.hpp"
#include "store/hdf5/store_error.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace tscollect::store {

/// Adds what the reader or HDF5 threw as an error of `rule`, at the place that the message names,
/// or else at `place`.
void add_store_error(const std::string& rule, const std::string& file, const std::string& place,
                     const StoreError& error, Findings& findings);

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
  /// Whether the schema is of a later minor version, which may have objects that this build does
  /// not know.
  [[nodiscard]] bool is_newer() const;

  void check_root(Findings& findings) const;
  /// The group of one host of the table.
  void check_host(const block::HostOutcome& outcome, Findings& findings);
  /// Groups below /hosts that are not in the host table. To be called after all check_host().
  void check_rest(Findings& findings) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tscollect::store
