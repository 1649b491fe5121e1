// The yardstick for a rank's memory: MPI and nothing else. Prints its resident bytes.
#include "gather/mpi_session.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>

int main() {
  const tscollect::gather::MpiSession session;
  tscollect::gather::MpiSession::is_up();
  long long pages = 0;
  long long resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  std::printf("%lld\n", resident * ::sysconf(_SC_PAGESIZE));
}
