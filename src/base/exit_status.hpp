#pragma once

namespace tscollect::base {

/// Exit statuses of the programs; documented in their manual pages.
enum class ExitStatus : int {
  complete = 0,
  usage = 2,        ///< invalid options, config file or input files
  not_written = 3,  ///< the output could not be written; the message says where the data is
  incomplete = 4,   ///< written, but a host is missing or samples were lost, or there is no sidecar
  nothing = 5,      ///< no host collected anything
  internal_error = 70
};

[[nodiscard]] constexpr int to_int(ExitStatus status) noexcept { return static_cast<int>(status); }

}  // namespace tscollect::base
