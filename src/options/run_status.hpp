#pragma once

#include <tscollect/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The status file: rank 0's state of the run, for scripts and tscollect-run. It is documented in
// docs/launching.md; readers ignore unknown members.

namespace tscollect::options {

enum class RunState : std::uint8_t {
  launching,  ///< the launcher was started; no rank has reported yet
  starting,   ///< rank 0 runs and connects to the other hosts
  sampling,
  stopping,  ///< gathering and writing
  ended,
  crashed,  ///< a rank crashed while MPI started, and the others wait for it
};

[[nodiscard]] std::string_view to_string(RunState state) noexcept;

/// A host whose data are incomplete or missing in the file.
struct IncompleteHost {
  std::string host;
  std::string why;
};

struct RunStatus {
  RunState state = RunState::launching;
  std::string updated;  ///< UTC, when this status was written
  std::string version;  ///< version of tscollect-mpi
  std::string run_id;
  std::string host;      ///< host of rank 0, or of the rank that crashed
  std::int64_t pid = 0;  ///< its process id
  std::string output;    ///< with its folder
  std::string sampling_since;
  bool ready = false;  ///< every host has taken its first sample
  std::int64_t hosts_requested = 0;
  std::int64_t hosts_sampling = 0;
  std::string stop_reason;
  std::vector<std::string> written;  ///< the file and its sidecar, once they exist
  std::string completeness;          ///< "complete", "incomplete"; empty: nothing written
  std::int64_t hosts_collected = 0;
  std::int64_t samples = 0;
  std::int64_t bytes = 0;                        ///< size of the file
  std::vector<IncompleteHost> incomplete_hosts;  ///< the first of these hosts
  std::string error;                             ///< why there is no file, or no sidecar
  std::string recovery;  ///< the command that writes the file from the journals
  std::optional<std::int64_t> exit_status;
};

[[nodiscard]] std::string status_json(const RunStatus& status);
[[nodiscard]] Result<RunStatus> status_from_json(std::string_view text);

}  // namespace tscollect::options
