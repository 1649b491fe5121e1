#pragma once

#include <memory>

namespace tscollect::gather {

/// Keeps a buffer until the process ends. For buffers of MPI requests that are neither complete nor
/// can be cancelled when the owner is destroyed: MPI may still read or write them.
void keep_until_exit(std::shared_ptr<const void> buffer);

}  // namespace tscollect::gather
