#include "gather/block_puller.hpp"

#include "gather/block_transfer.hpp"
#include "gather/counts.hpp"

#include <algorithm>
#include <utility>

namespace tscollect::gather {

namespace {

using namespace std::chrono_literals;

/// A host that is well answers its first ping within milliseconds. One that does not is asked for
/// its block all the same, beside the others; the clock comparison is what everybody waits for.
constexpr std::chrono::nanoseconds longest_comparison = 1s;

}  // namespace

/// One block on its way: a receive for each of its pieces, posted ahead.
struct BlockPuller::Incoming {
  int source = 0;
  ClockComparison clocks;
  std::vector<std::byte> block;
  std::vector<MPI_Request> requests;
  std::size_t arrived = 0;  ///< pieces
  MonoTime silent_since;

  void expect(MPI_Comm communicator) {
    const Pieces pieces{block.size(), piece_bytes};
    requests.resize(pieces.count(), MPI_REQUEST_NULL);
    for (std::size_t i = 0; i < requests.size(); ++i)
      check_mpi(MPI_Irecv(block.data() + pieces.begin(i), to_mpi_count(pieces.length(i)), MPI_BYTE,
                          source, static_cast<int>(Tag::piece), communicator, &requests[i]));
  }

  /// Whether all pieces are there.
  bool look() {
    while (arrived < requests.size()) {
      int done = 0;  // pieces of one host arrive in order
      check_mpi(MPI_Test(&requests[arrived], &done, MPI_STATUS_IGNORE));
      if (done == 0) return false;
      ++arrived;
      silent_since = mono_now();
    }
    return true;
  }

  /// Whether MPI lets go of the buffer: a piece that is half here cannot be cancelled.
  bool cancel() {
    bool free = true;
    for (std::size_t i = arrived; i < requests.size(); ++i) {
      MPI_Cancel(&requests[i]);
      int done = 0;
      MPI_Test(&requests[i], &done, MPI_STATUS_IGNORE);
      free = free && done != 0;
    }
    return free;
  }
};

BlockPuller::BlockPuller(Mailbox& mailbox, std::chrono::nanoseconds timeout, Window window)
    : mailbox_(mailbox), timeout_(timeout), window_(window) {}

BlockPuller::~BlockPuller() {
  // A buffer that MPI may still write into must stay for as long as the process lives.
  for (std::unique_ptr<Incoming>& incoming : incoming_)
    if (!incoming->cancel()) static_cast<void>(incoming.release());
}

void BlockPuller::offer(int source, std::size_t size, std::string words) {
  offered_.push_back({source, size, std::move(words)});
}

bool BlockPuller::has_room(std::size_t size) const noexcept {
  if (incoming_.empty()) return true;
  return incoming_.size() < window_.blocks && incoming_bytes_ + size <= window_.bytes;
}

void BlockPuller::ask(const Offer& offer) {
  auto incoming = std::make_unique<Incoming>();
  incoming->source = offer.source;
  incoming->clocks =
      compare_clocks(mailbox_, offer.source, mono_now() + std::min(timeout_, longest_comparison));
  incoming->block.resize(offer.size);
  incoming->expect(mailbox_.communicator());
  mailbox_.post(offer.source, Tag::pull, offer.words);
  incoming->silent_since = mono_now();
  incoming_bytes_ += offer.size;
  incoming_.push_back(std::move(incoming));
}

std::optional<Arrival> BlockPuller::take() {
  while (!offered_.empty() && has_room(offered_.front().size)) {
    const Offer next = std::move(offered_.front());
    offered_.pop_front();
    ask(next);
  }
  for (auto each = incoming_.begin(); each != incoming_.end(); ++each) {
    const bool whole = (*each)->look();
    if (!whole && mono_now() < (*each)->silent_since + timeout_) continue;
    std::unique_ptr<Incoming> incoming = std::move(*each);
    incoming_.erase(each);
    incoming_bytes_ -= incoming->block.size();
    Arrival arrival{incoming->source, whole, {}, incoming->clocks};
    if (whole)
      arrival.block = std::move(incoming->block);
    else if (!incoming->cancel())
      static_cast<void>(incoming.release());
    return arrival;
  }
  return std::nullopt;
}

}  // namespace tscollect::gather
