#pragma once

#include <string>

namespace tscollect::base {

/// "SIGTERM"; "signal 35" for one without a name. glibc's sigabbrev_np() needs 2.32, which is newer
/// than the systems that tscollect is built on.
[[nodiscard]] std::string signal_name(int signal);

}  // namespace tscollect::base
