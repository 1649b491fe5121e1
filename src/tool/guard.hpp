#pragma once

#include <filesystem>
#include <functional>
#include <span>

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
}

namespace tscollect::tool {

/// Adds --unlimited, for files that the user trusts.
void add_unlimited_option(CLI::App& command, bool& unlimited);

/// Whether the signal indicates a program error. Others come from outside, such as SIGKILL when
/// memory runs out.
[[nodiscard]] bool is_crash(int signal);

/// Continues in a child with limits derived from `files`. This process waits, reports a signal that
/// ended the child, and exits with its status. A hostile file can only end the child, and the child
/// does not outlive this process. `when_complete`: done by this process when the child has ended
/// with ExitStatus::complete.
void go_on_under_limits(std::span<const std::filesystem::path> files,
                        const std::function<void()>& when_complete = {});

}  // namespace tscollect::tool
