#pragma once

#include <string>

namespace tscollect::base {

/// "SIGTERM"; "signal 35" for one without a name. glibc's own sigabbrev_np() is younger (2.32) than
/// the systems that we build on.
[[nodiscard]] std::string signal_name(int signal);

}  // namespace tscollect::base
