#pragma once

#include "options/collect_options.hpp"
#include "base/exit_status.hpp"
#include "gather/mailbox.hpp"
#include "gather/node_leader.hpp"

namespace tscollect::collect {

/// tscollect-mpi --recover at rank 0: asks every node for the journals in its folder, chooses the
/// run, and writes that run's file host by host, like `tscollect recover` with all journals in one
/// place. Nothing is modified on the nodes.
[[nodiscard]] base::ExitStatus recover_from_nodes(gather::Mailbox& mailbox,
                                                  const gather::NodeLeaders& leaders,
                                                  const options::CollectOptions& options);

/// tscollect-mpi --recover at every other node: reports the journals in its folder and builds the
/// blocks that rank 0 requests, one at a time.
void serve_recovery(gather::Mailbox& mailbox, const options::CollectOptions& options);

}  // namespace tscollect::collect
