// An MPI that is not as one would wish, for LD_PRELOAD.
//
//   MPI_WITHOUT_THREADS  MPI_Init_thread provides MPI_THREAD_SINGLE
//
//   MPI_ENDS_AT_EXIT     a function for exit() writes a line, as that of MPICH tells its launcher
//
//   MPI_HANGS_AT_EXIT    a function for exit() does not return
//
//   CRASH_ONCE           rank 1 crashes before MPI_Init_thread returns, unless there is a file of
//                        this name, which it makes
//
//   STOP_AT_TAG          the process is stopped (SIGSTOP) when it sends a message of this tag
#include <mpi.h>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>

namespace {

extern "C" void at_exit() {
  constexpr std::string_view line = "the MPI has ended\n";
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

extern "C" void hang_at_exit() {
  for (;;) ::pause();
}

void crash_once() {
  const char* file = std::getenv("CRASH_ONCE");
  int rank = 0;
  PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (file != nullptr && rank == 1 && ::open(file, O_CREAT | O_EXCL | O_CLOEXEC, 0600) >= 0)
    std::raise(SIGSEGV);
}

}  // namespace

extern "C" int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  const int outcome = PMPI_Init_thread(argc, argv, required, provided);
  crash_once();
  if (std::getenv("MPI_WITHOUT_THREADS") != nullptr) *provided = MPI_THREAD_SINGLE;
  if (std::getenv("MPI_ENDS_AT_EXIT") != nullptr) std::atexit(at_exit);
  if (std::getenv("MPI_HANGS_AT_EXIT") != nullptr) std::atexit(hang_at_exit);
  return outcome;
}

extern "C" int MPI_Isend(const void* buffer, int count, MPI_Datatype type, int destination, int tag,
                         MPI_Comm communicator, MPI_Request* request) {
  const char* stop = std::getenv("STOP_AT_TAG");
  if (stop != nullptr && tag == std::atoi(stop)) ::raise(SIGSTOP);
  return PMPI_Isend(buffer, count, type, destination, tag, communicator, request);
}
