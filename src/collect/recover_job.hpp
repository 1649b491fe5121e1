#pragma once

#include "options/collect_options.hpp"
#include "base/exit_status.hpp"
#include "gather/mailbox.hpp"
#include "gather/node_leader.hpp"

namespace tscollect::collect {

/// tscollect-mpi --recover at rank 0: asks every node for the journals in its folder, settles which
/// run it is to be, and writes that run's file host after host, as `tscollect recover` would with
/// all journals in one place. Nothing is modified on the nodes.
[[nodiscard]] base::ExitStatus recover_from_nodes(gather::Mailbox& mailbox,
                                                  const gather::NodeLeaders& leaders,
                                                  const options::CollectOptions& options);

/// The part of every other node: says what is in its folder and makes blocks of what rank 0 wants,
/// one at a time.
void serve_recovery(gather::Mailbox& mailbox, const options::CollectOptions& options);

}  // namespace tscollect::collect
