#include "gather/block_transfer.hpp"

#include "gather/counts.hpp"
#include "gather/kept_buffers.hpp"
#include "sampling/event_wait.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace tscollect::gather {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t piece_tags = 30'000;

enum class Sent { yes, failed, unfinished };

/// Sleeps until MPI has completed a request, or until the deadline.
Sent complete(MPI_Request& request, base::Deadline deadline) {
  constexpr std::chrono::nanoseconds first_pause = 20us;
  constexpr std::chrono::nanoseconds longest_pause = 1ms;
  for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    int done = 0;
    // The other process has died.
    if (MPI_Test(&request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return Sent::failed;
    if (done != 0) return Sent::yes;
    if (deadline.is_over()) return Sent::unfinished;
    sampling::nap(pause);
  }
}

}  // namespace

std::string encode(const PullRequest& request) {
  return fmt::format("{} {}", request.number, request.words);
}

std::optional<PullRequest> decode_pull(std::string_view text) {
  PullRequest request;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, request.number);
  if (error != std::errc{} || rest == end || *rest != ' ') return std::nullopt;
  request.words.assign(rest + 1, end);
  return request;
}

int piece_tag(std::uint64_t number) noexcept {
  return static_cast<int>(Tag::first_piece) + static_cast<int>(number % piece_tags);
}

OutgoingBlock::OutgoingBlock(std::vector<std::byte> block)
    : block_(std::make_shared<const std::vector<std::byte>>(std::move(block))) {}

bool OutgoingBlock::send(Mailbox& mailbox, int destination, const PullRequest& request,
                         std::chrono::nanoseconds timeout) const {
  const Pieces pieces{block_->size(), piece_bytes};
  for (std::size_t i = 0; i < pieces.count(); ++i) {
    MPI_Request piece = MPI_REQUEST_NULL;
    check_mpi(MPI_Isend(block_->data() + pieces.begin(i), to_mpi_count(pieces.length(i)), MPI_BYTE,
                        destination, piece_tag(request.number), mailbox.communicator(), &piece));
    const Sent sent = complete(piece, base::Deadline(timeout));
    if (sent == Sent::yes) continue;
    // A send that has started cannot be cancelled: MPI may still read the block.
    if (sent == Sent::unfinished) {
      keep_until_exit(block_);
      MPI_Request_free(&piece);
    }
    return false;
  }
  return true;
}

}  // namespace tscollect::gather
