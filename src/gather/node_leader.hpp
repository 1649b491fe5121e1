#pragma once

#include "gather/mpi_session.hpp"

#include <vector>

namespace tscollect::gather {

/// Which ranks sample: the lowest of each node (by shared memory, MPI_COMM_TYPE_SHARED). Rank 0
/// always does. Collective over MPI_COMM_WORLD; called once, right after initialization.
struct NodeLeaders {
  bool leads = true;         ///< this rank samples
  std::vector<int> leaders;  ///< at every rank: those that do, ascending
  int idle = 0;              ///< ranks that do not
};

/// every_rank_is_a_host: no node is shared (the test option --pose-hosts).
[[nodiscard]] NodeLeaders find_node_leaders(const MpiSession& session, bool every_rank_is_a_host);

}  // namespace tscollect::gather
