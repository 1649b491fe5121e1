#pragma once

#include "run/launcher_files.hpp"

#include <optional>
#include <string>

namespace tscollect::run {

/// An mpirun and whose it is.
struct Mpirun {
  std::string program;
  const LauncherFile* kind = nullptr;  ///< of mpi/…
  bool fits = true;                    ///< it runs programs of the collector's MPI
};

/// The mpirun that was `chosen`, or else the first in PATH that fits the collector's MPI, or else
/// the first. Nothing: there is none.
[[nodiscard]] std::optional<Mpirun> find_mpirun(const std::map<std::string, LauncherFile>& files,
                                                const std::string& chosen);

/// Whether this mpirun starts its ranks through the batch system: was built with its "tm", "lsf".
[[nodiscard]] bool starts_through(const Mpirun& mpirun, const std::string& native);

}  // namespace tscollect::run
