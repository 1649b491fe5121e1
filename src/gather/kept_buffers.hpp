#pragma once

#include <memory>

namespace tscollect::gather {

/// Keeps a buffer for as long as the process lives: one that MPI may still read from or write into
/// when its owner goes, because a request on it is neither complete nor to be cancelled.
void keep_until_exit(std::shared_ptr<const void> buffer);

}  // namespace tscollect::gather
