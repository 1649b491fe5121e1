#pragma once

#include <filesystem>
#include <span>

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
}

namespace tscollect::tool {

/// Adds --unlimited, which is for files that somebody vouches for.
void add_unlimited_option(CLI::App& command, bool& unlimited);

/// Whether a process raises this signal by a fault of its own. Others come from outside, as SIGKILL
/// where memory runs out.
[[nodiscard]] bool is_crash(int signal);

/// Goes on in a child that is under the limits of `files`, while this process waits, tells what
/// ended the child, and ends with its exit status. A file that was made to do harm takes no more
/// than the child, and the child does not outlive this process.
void go_on_under_limits(std::span<const std::filesystem::path> files);

}  // namespace tscollect::tool
