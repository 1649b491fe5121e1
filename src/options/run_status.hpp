#pragma once

#include <tscollect/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The status file: what rank 0 tells scripts and tscollect-run of the run. docs/launching.md
// documents it; a reader ignores members that it does not know.

namespace tscollect::options {

enum class RunState : std::uint8_t {
  launching,  ///< the launcher was started; no rank has said anything
  starting,   ///< rank 0 runs and looks for the other hosts
  sampling,
  stopping,  ///< gathers and writes
  ended,
};

[[nodiscard]] std::string_view to_string(RunState state) noexcept;

/// A host of which something or everything is missing in the file.
struct IncompleteHost {
  std::string host;
  std::string why;
};

struct RunStatus {
  RunState state = RunState::launching;
  std::string updated;  ///< UTC, when this was written
  std::string version;  ///< of tscollect-mpi
  std::string run_id;
  std::string host;      ///< rank 0's
  std::int64_t pid = 0;  ///< rank 0's
  std::string output;    ///< with its folder
  std::string sampling_since;
  bool ready = false;  ///< every host has its first sample
  std::int64_t hosts_requested = 0;
  std::int64_t hosts_sampling = 0;
  std::string stop_reason;
  std::vector<std::string> written;  ///< the file and its sidecar, once they have their names
  std::string completeness;          ///< "complete", "incomplete"; empty: nothing is written
  std::int64_t hosts_collected = 0;
  std::int64_t samples = 0;
  std::int64_t bytes = 0;                        ///< of the file
  std::vector<IncompleteHost> incomplete_hosts;  ///< the first of them
  std::string error;                             ///< why there is no file
  std::string recovery;                          ///< the command that writes it from the journals
  std::optional<std::int64_t> exit_status;
};

[[nodiscard]] std::string status_json(const RunStatus& status);
[[nodiscard]] Result<RunStatus> status_from_json(std::string_view text);

}  // namespace tscollect::options
