#pragma once

#include <span>
#include <string_view>

namespace tscollect::run {

/// A file of launch/launchers at build time.
struct BuiltinLauncher {
  std::string_view name;
  std::string_view text;
};

[[nodiscard]] std::span<const BuiltinLauncher> builtin_launchers();

/// The MPI that tscollect-mpi was built with: "openmpi" or "mpich".
[[nodiscard]] std::string_view collector_mpi();

}  // namespace tscollect::run
