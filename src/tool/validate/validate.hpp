#pragma once

#include "block/run_info.hpp"
#include "store/run_file/finding.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tscollect::tool {

/// What `tscollect validate` says of one file.
struct Verdict {
  std::string file;
  std::string kind;  ///< "run", "sidecar", "journal"; empty: none of them, or it cannot be read
  std::string unreadable;  ///< why it could not be judged; empty: it was
  std::string summary;     ///< "schema 1.0, 3 hosts, 4800 samples"
  store::Findings findings;
};

/// Says where the check is, for whoever tells of it if the HDF5 library crashes there.
using PlaceSink = std::function<void(std::string_view place)>;

/// Looks at the file's first bytes and checks it as what it is.
[[nodiscard]] Verdict validate(const std::filesystem::path& path, const PlaceSink& at);

// Parts of it.

/// Structure, host table and every host of an HDF5 file, and its sidecar if there is one.
void validate_run(const std::filesystem::path& path, const PlaceSink& at, Verdict& verdict);
void validate_sidecar(const std::filesystem::path& path, Verdict& verdict);
void validate_journal(const std::filesystem::path& path, Verdict& verdict);

/// What the arrays of one host say, against each other and against the host table.
void check_values(const store::HostReader& host, store::Findings& findings);

/// The run's attributes against its host table.
void check_table(const block::RunInfo& run, std::span<const block::HostOutcome> hosts,
                 store::Findings& findings);

/// The phases that were marked, against each other and the run.
void check_phases(const block::RunInfo& run, store::Findings& findings);

/// The text of a sidecar against the schema and, if it is known, against the run's file.
struct RunFacts {
  std::string file_name;
  const block::RunInfo& run;
  std::span<const block::HostOutcome> hosts;
};
/// Throws StoreError where it is too large to be one.
[[nodiscard]] std::string read_sidecar(const std::filesystem::path& path);
void check_sidecar(std::string_view text, const std::optional<RunFacts>& facts,
                   store::Findings& findings);

[[nodiscard]] std::string verdict_text(const Verdict& verdict);  ///< for people
[[nodiscard]] std::string verdict_json(const Verdict& verdict);  ///< one line

}  // namespace tscollect::tool
