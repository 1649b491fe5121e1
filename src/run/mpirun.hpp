#pragma once

#include "run/launcher_files.hpp"

#include <optional>
#include <string>

namespace tscollect::run {

/// An mpirun and its kind.
struct Mpirun {
  std::string program;
  const LauncherFile* kind = nullptr;  ///< a launcher file of mpi/…
  bool fits = true;                    ///< it can run programs of the collector's MPI
};

/// The `chosen` mpirun, else the first in PATH that fits the collector's MPI, else the first in
/// PATH. Nothing: there is none.
[[nodiscard]] std::optional<Mpirun> find_mpirun(const std::map<std::string, LauncherFile>& files,
                                                const std::string& chosen);

/// Whether this mpirun was built with the batch system's own interface `native` ("tm", "lsf"),
/// through which it starts ranks.
[[nodiscard]] bool starts_through(const Mpirun& mpirun, const std::string& native);

}  // namespace tscollect::run
