#include "gather/block_transfer.hpp"

#include "gather/counts.hpp"
#include "sampling/event_wait.hpp"

namespace tscollect::gather {

namespace {

using namespace std::chrono_literals;

/// Sleeps until MPI is done with a request; cancels it after the deadline.
bool complete(MPI_Request& request, MonoTime deadline) {
  constexpr std::chrono::nanoseconds first_pause = 20us;
  constexpr std::chrono::nanoseconds longest_pause = 1ms;
  for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    int done = 0;
    // The other side has died.
    if (MPI_Test(&request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return false;
    if (done != 0) return true;
    if (mono_now() >= deadline) {
      MPI_Cancel(&request);
      MPI_Request_free(&request);
      return false;
    }
    record::nap(pause);
  }
}

}  // namespace

bool send_block(Mailbox& mailbox, int destination, std::span<const std::byte> block,
                std::chrono::nanoseconds timeout) {
  const Pieces pieces{block.size(), piece_bytes};
  for (std::size_t i = 0; i < pieces.count(); ++i) {
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Isend(block.data() + pieces.begin(i), to_mpi_count(pieces.length(i)), MPI_BYTE,
                        destination, static_cast<int>(Tag::piece), mailbox.communicator(),
                        &request));
    if (!complete(request, mono_now() + timeout)) return false;
  }
  return true;
}

}  // namespace tscollect::gather
