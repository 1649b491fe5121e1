#include "collect/finish/gathering.hpp"

#include "base/log.hpp"
#include "base/progress.hpp"
#include "collect/heartbeat.hpp"
#include "collect/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

// The part of Gathering that receives the hosts' blocks and records who is left out.

namespace tscollect::collect {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

constexpr std::chrono::nanoseconds hasty_last_sample = 50ms;

/// Between two checks for blocks in transfer.
constexpr std::chrono::nanoseconds shortest_pause = 20us;
constexpr std::chrono::nanoseconds longest_pause = 1ms;

constexpr int last_looks = 20;

Result<block::HostBlock> unpack_if_there_is_memory(std::vector<std::byte>&& packed) try {
  return block::unpack(std::move(packed));
} catch (const std::bad_alloc&) {
  return Error{};
}

}  // namespace

void Gathering::take_finished() {
  while (const auto message = mailbox_.take(Tag::finished)) {
    KnownHost& host = hosts_.at(message->source);
    auto finished = decode_finished(message->text);
    if (finished && finished->gave_up) {
      host.failure = std::move(finished->failure);
      gave_up_ = host.name;
      continue;
    }
    host.block_bytes = finished ? finished->block_bytes : 0;
    if (!finished) continue;
    host.journal_loss = std::move(finished->journal_loss);
    host.failure = std::move(finished->failure);
  }
}

/// Receives messages about journals, for the case that there is no file. MPI may deliver messages
/// only after several polls.
void Gathering::take_last_words() {
  for (int look = 0; look < last_looks; ++look, sampling::nap(longest_pause)) take_finished();
}

void Gathering::note_finished() {
  take_finished();
  // An early file that was written is kept.
  if (!gave_up_.empty() && written_.empty())
    throw NoFile(
        fmt::format("{} gave up waiting for this rank, which was silent, and ends the job: no file "
                    "is written",
                    gave_up_));
}

void Gathering::pull_blocks(store::RunFileWriter& writer) {
  std::set<int> waiting;
  for (const auto& [rank, host] : hosts_) {
    if (rank == 0 || !host.sampling) continue;
    if (is_too_big(host))
      leave_out_for_memory(host, "rank 0 had no memory to write its samples");
    else
      waiting.insert(rank);
  }
  // Every host that arrives, or sends a heartbeat, restarts the time limit for the others.
  base::Deadline deadline(options_.timeout);
  std::chrono::nanoseconds pause = shortest_pause;
  base::Progress progress("writing", waiting.size(), "hosts", options_.verbosity == 0);
  const std::size_t before = outcomes_.size();
  while (!waiting.empty() && !(haste_ && haste_->is_over())) {
    progress.show(outcomes_.size() - before);
    note_finished();
    work_.send_heartbeats();
    if (somebody_works(mailbox_)) deadline.restart();
    std::erase_if(waiting, [this](int rank) {
      const KnownHost& host = hosts_.at(rank);
      if (!host.failure.empty()) leave_out(host, host.failure);
      return !host.failure.empty();
    });
    for (const int rank : waiting)
      if (const auto& bytes = hosts_.at(rank).block_bytes; bytes && asked_.insert(rank).second)
        puller_.offer(rank, *bytes);
    if (auto arrival = puller_.take()) {
      if (!arrival->whole) progress.clear();
      waiting.erase(arrival->source);
      asked_.erase(arrival->source);
      add(std::move(*arrival), writer);
      deadline.restart();
      pause = shortest_pause;
      continue;
    }
    if (deadline.is_over() && puller_.idle()) break;
    note_haste(pause);
    pause = std::min(pause * 2, longest_pause);
  }
  progress.clear();
  for (const int rank : waiting)
    leave_out_silent(hosts_.at(rank),
                     !in_haste()
                         ? fmt::format("did not finish within {} s of the stop",
                                       std::chrono::duration<double>(options_.timeout).count())
                         : "had not finished when the file was written early");
}

void Gathering::add(gather::Arrival arrival, store::RunFileWriter& writer) {
  const KnownHost& host = hosts_.at(arrival.source);
  if (!arrival.whole)
    return leave_out_silent(host, "stopped responding while its block was transferred");
  auto block = unpack_if_there_is_memory(std::move(arrival.block));
  if (!block && block.error().message.empty())
    return leave_out_for_memory(host, "rank 0 had no memory to unpack its samples");
  if (!block) return leave_out(host, block.error().message);
  block->summary.clock_at_start = host.clocks_at_start;
  block->summary.clock_at_stop = arrival.clocks;
  keep(*block, host, writer);
}

void Gathering::keep_own(store::RunFileWriter& writer) {
  const KnownHost& host = hosts_.at(0);
  if (!host.sampling) return;
  if (is_too_big(host))
    return leave_out_for_memory(host, "there was no memory to write its samples");
  if (!own_block_) {
    const auto grace = in_haste() ? hasty_last_sample : options_.timeout / last_sample_share;
    try {
      write_in_background("packing this host's samples",
                          [this, grace] { own_block_ = own_->finish(base::Deadline(grace)); });
    } catch (const std::bad_alloc&) {
      if (spare_ != nullptr) throw;  // retried after it is released
      return leave_out_for_memory(host, "there was no memory to pack its samples");
    }
    // The offset is relative to rank 0's clock, which is this host's.
    own_block_->summary.clock_at_stop = {0, 0};
  }
  keep(*own_block_, host, writer);
}

void Gathering::keep(const block::HostBlock& block, const KnownHost& host,
                     store::RunFileWriter& writer) {
  try {
    write_in_background("adding a host", [&] { writer.add_host(block); });
  } catch (const std::bad_alloc&) {
    // The file is begun again: first with the reserved memory released, then without this host.
    if (spare_ == nullptr) too_big_.insert(host.name);
    throw;
  }
  outcomes_.add(block, host);
}

void Gathering::leave_out(const KnownHost& host, std::string why) {
  left_out_ = left_out_ || host.sampling;
  if (!in_haste())
    base::log("tscollect-mpi: {}: {}; the file does not contain this host\n", host.name, why);
  outcomes_.add_missing(host.name, std::move(why));
}

void Gathering::leave_out_silent(const KnownHost& host, std::string why) {
  somebody_is_silent_ = true;
  leave_out(host, std::move(why));
}

void Gathering::leave_out_for_memory(const KnownHost& host, std::string why) {
  out_of_memory_ = true;
  leave_out(host, std::move(why));
}

}  // namespace tscollect::collect
