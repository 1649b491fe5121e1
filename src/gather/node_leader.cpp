#include "gather/node_leader.hpp"

#include <cstddef>

namespace tscollect::gather {

NodeLeaders find_node_leaders(const MpiSession& session, bool every_rank_is_a_host) {
  NodeLeaders found;
  if (!every_rank_is_a_host) {
    MPI_Comm node = MPI_COMM_NULL;
    check_mpi(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, session.rank(),
                                  MPI_INFO_NULL, &node));
    const Communicator owner(node);
    int rank_on_node = 0;
    check_mpi(MPI_Comm_rank(node, &rank_on_node));
    found.leads = rank_on_node == 0;
  }
  std::vector<int> leads(static_cast<std::size_t>(session.size()));
  const int mine = found.leads ? 1 : 0;
  check_mpi(MPI_Allgather(&mine, 1, MPI_INT, leads.data(), 1, MPI_INT, MPI_COMM_WORLD));
  for (int rank = 0; rank < session.size(); ++rank) {
    if (leads[static_cast<std::size_t>(rank)] != 0) {
      found.leaders.push_back(rank);
    } else {
      ++found.idle;
    }
  }
  return found;
}

}  // namespace tscollect::gather
