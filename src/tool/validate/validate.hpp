#pragma once

#include "block/run_info.hpp"
#include "store/run_file/diagnostic.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace tscollect::tool {

/// The result of `tscollect validate` for one file.
struct Verdict {
  std::string file;
  std::string kind;        ///< "run", "sidecar", "journal"; empty: none of these, or unreadable
  std::string unreadable;  ///< why it could not be checked; empty: it was
  std::string summary;     ///< "schema 1.0, 3 hosts, 4800 samples"
  store::Diagnostics diagnostics;
};

/// Receives the current place of the check, which is reported if the HDF5 library crashes there.
using PlaceSink = std::function<void(std::string_view place)>;

[[nodiscard]] std::string verdict_text(const Verdict& verdict);  ///< for users
[[nodiscard]] std::string verdict_json(const Verdict& verdict);  ///< one line

/// Checks structure, host table and every host of an HDF5 file, and its sidecar if there is one.
void validate_run(const std::filesystem::path& path, const PlaceSink& at, Verdict& verdict);
void validate_sidecar(const std::filesystem::path& path, Verdict& verdict);

// Parts of validate_run():

/// Checks the arrays of one host against each other and against the host table.
void check_values(const store::HostReader& host, store::Diagnostics& diagnostics);

/// Checks the sidecar of an open run, and compares it with the run.
void check_sidecar(const std::filesystem::path& sidecar, const std::string& run_file,
                   const store::RunFileReader& run, store::Diagnostics& diagnostics);

}  // namespace tscollect::tool
