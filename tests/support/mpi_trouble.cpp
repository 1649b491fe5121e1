// An MPI that is not as one would wish, for LD_PRELOAD.
//   MPI_WITHOUT_THREADS  MPI_Init_thread provides MPI_THREAD_SINGLE
//   STOP_AT_TAG          the process is stopped (SIGSTOP) when it sends a message of this tag
#include <mpi.h>

#include <csignal>
#include <cstdlib>

extern "C" int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  const int outcome = PMPI_Init_thread(argc, argv, required, provided);
  if (std::getenv("MPI_WITHOUT_THREADS") != nullptr) *provided = MPI_THREAD_SINGLE;
  return outcome;
}

extern "C" int MPI_Isend(const void* buffer, int count, MPI_Datatype type, int destination, int tag,
                         MPI_Comm communicator, MPI_Request* request) {
  const char* stop = std::getenv("STOP_AT_TAG");
  if (stop != nullptr && tag == std::atoi(stop)) ::raise(SIGSTOP);
  return PMPI_Isend(buffer, count, type, destination, tag, communicator, request);
}
