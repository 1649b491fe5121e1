#pragma once

#include "gather/mpi_session.hpp"

#include <vector>

namespace tscollect::gather {

/// The ranks that sample: the lowest of each node (ranks that share memory, MPI_COMM_TYPE_SHARED),
/// and always rank 0. Collective over MPI_COMM_WORLD; called once, right after initialization.
struct NodeLeaders {
  bool leads = true;         ///< this rank samples
  std::vector<int> leaders;  ///< the ranks that sample, ascending; the same at every rank
  int idle = 0;              ///< number of ranks that do not sample
};

/// every_rank_is_a_host: treats every rank as a node (the test option --pose-hosts).
[[nodiscard]] NodeLeaders find_node_leaders(const MpiSession& session, bool every_rank_is_a_host);

}  // namespace tscollect::gather
