#include "gather/block_puller.hpp"

#include "gather/block_transfer.hpp"
#include "gather/counts.hpp"
#include "gather/kept_buffers.hpp"

#include <algorithm>
#include <utility>

namespace tscollect::gather {

namespace {

using namespace std::chrono_literals;

/// A responsive host answers its first ping within milliseconds. If it does not answer, its block
/// is requested anyway.
constexpr std::chrono::nanoseconds longest_comparison = 1s;

}  // namespace

/// One block being received: a receive for each of its pieces, posted in advance.
struct BlockPuller::Incoming {
  int source;
  block::ClockOffset clocks;
  std::vector<std::byte> block;
  base::Deadline silence;  ///< since the last piece
  std::vector<MPI_Request> requests{};
  std::size_t arrived = 0;  ///< number of pieces received
  bool failed = false;      ///< the sender has died

  Incoming(int from, const block::ClockOffset& offset, std::size_t size,
           std::chrono::nanoseconds timeout)
      : source(from), clocks(offset), block(size), silence(timeout) {}

  void expect(MPI_Comm communicator, std::uint64_t number) {
    const Pieces pieces{block.size(), piece_bytes};
    requests.resize(pieces.count(), MPI_REQUEST_NULL);
    for (std::size_t i = 0; i < requests.size(); ++i)
      check_mpi(MPI_Irecv(block.data() + pieces.begin(i), to_mpi_count(pieces.length(i)), MPI_BYTE,
                          source, piece_tag(number), communicator, &requests[i]));
  }

  /// Whether all pieces have arrived.
  bool look() {
    while (arrived < requests.size()) {
      int done = 0;  // pieces of one host arrive in order
      failed = failed || MPI_Test(&requests[arrived], &done, MPI_STATUS_IGNORE) != MPI_SUCCESS;
      if (failed || done == 0) return false;
      ++arrived;
      silence.restart();
    }
    return true;
  }

  /// Whether MPI releases the buffer: a partly received piece cannot be cancelled.
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
    : mailbox_(mailbox), timeout_(timeout), window_(window), clocks_(mailbox) {}

BlockPuller::~BlockPuller() {
  for (std::unique_ptr<Incoming>& incoming : incoming_)
    if (!incoming->cancel()) keep_until_exit(std::shared_ptr<Incoming>(std::move(incoming)));
}

void BlockPuller::offer(int source, std::size_t size, std::string words) {
  const bool is_being_compared = std::ranges::any_of(
      offered_, [&](const Offer& each) { return each.source == source && !each.compared; });
  if (!is_being_compared) clocks_.begin(source);
  offered_.push_back({source,
                      size,
                      std::move(words),
                      base::Deadline(std::min(timeout_, longest_comparison)),
                      false,
                      {}});
}

bool BlockPuller::has_room(std::size_t size) const noexcept {
  if (incoming_.empty()) return true;
  return incoming_.size() < window_.blocks && incoming_bytes_ + size <= window_.bytes;
}

void BlockPuller::compare_clocks() {
  while (const auto compared = clocks_.advance()) {
    for (Offer& offer : offered_) {
      if (offer.source != compared->host || offer.compared) continue;
      offer.compared = true;
      offer.clocks = compared->offset;
    }
  }
}

void BlockPuller::ask_for_blocks() {
  for (auto next = offered_.begin(); next != offered_.end();) {
    if (!next->compared && !next->comparison.is_over()) {
      ++next;
    } else if (!has_room(next->size)) {
      return;
    } else {
      if (!next->compared) {
        next->clocks = clocks_.best_so_far(next->source);
        clocks_.give_up(next->source);
      }
      ask(*next);
      next = offered_.erase(next);
    }
  }
}

void BlockPuller::ask(const Offer& offer) {
  auto incoming = std::make_unique<Incoming>(offer.source, offer.clocks, offer.size, timeout_);
  const PullRequest request{mailbox_.next_number(), offer.words};
  incoming->expect(mailbox_.communicator(), request.number);
  mailbox_.post(offer.source, Tag::pull, encode(request));
  incoming_bytes_ += offer.size;
  incoming_.push_back(std::move(incoming));
}

std::optional<Arrival> BlockPuller::take() {
  compare_clocks();
  ask_for_blocks();
  for (auto each = incoming_.begin(); each != incoming_.end(); ++each) {
    const bool whole = (*each)->look();
    if (!whole && !(*each)->failed && !(*each)->silence.is_over()) continue;
    std::unique_ptr<Incoming> incoming = std::move(*each);
    incoming_.erase(each);
    incoming_bytes_ -= incoming->block.size();
    Arrival arrival{incoming->source, whole, {}, incoming->clocks};
    if (whole)
      arrival.block = std::move(incoming->block);
    else if (!incoming->cancel())
      keep_until_exit(std::shared_ptr<Incoming>(std::move(incoming)));
    return arrival;
  }
  return std::nullopt;
}

}  // namespace tscollect::gather
