#pragma once

namespace tscollect::run {

/// If nothing can be written in $TMPDIR (or /tmp if it is not set), sets TMPDIR to a folder where
/// it can, if there is one. mpirun keeps its sockets there, and the collector its journal.
void use_good_temporary_folder();

}  // namespace tscollect::run
