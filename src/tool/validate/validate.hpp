#pragma once

#include "block/run_info.hpp"
#include "store/run_file/diagnostic.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
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

/// Determines the file's type from its first bytes and checks it.
[[nodiscard]] Verdict validate(const std::filesystem::path& path, const PlaceSink& at);

// Parts of validate():

/// Checks structure, host table and every host of an HDF5 file, and its sidecar if there is one.
void validate_run(const std::filesystem::path& path, const PlaceSink& at, Verdict& verdict);
void validate_sidecar(const std::filesystem::path& path, Verdict& verdict);
void validate_journal(const std::filesystem::path& path, Verdict& verdict);

/// Checks the arrays of one host against each other and against the host table.
void check_values(const store::HostReader& host, store::Diagnostics& diagnostics);

/// Checks the run's attributes against its host table.
void check_table(const block::RunInfo& run, std::span<const block::HostOutcome> hosts,
                 store::Diagnostics& diagnostics);

/// The phases that were marked, against each other and the run.
void check_phases(const store::RunFileReader& reader, store::Diagnostics& diagnostics);

/// Data of the run's file with which its sidecar is compared.
struct RunFacts {
  std::string file_name;
  const block::RunInfo& run;
  std::span<const block::HostOutcome> hosts;
};
/// Throws StoreError if the file is too large to be a sidecar.
[[nodiscard]] std::string read_sidecar(const std::filesystem::path& path);
void check_sidecar(std::string_view text, const std::optional<RunFacts>& facts,
                   store::Diagnostics& diagnostics);

[[nodiscard]] std::string verdict_text(const Verdict& verdict);  ///< for users
[[nodiscard]] std::string verdict_json(const Verdict& verdict);  ///< one line

}  // namespace tscollect::tool
