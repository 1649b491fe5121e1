#pragma once

namespace tscollect::run {

/// If nothing can be written in $TMPDIR, or in /tmp where it is not set, sets it to a folder where
/// something can, if there is one. mpirun keeps its sockets there, and the collector its journal.
void use_good_temporary_folder();

}  // namespace tscollect::run
