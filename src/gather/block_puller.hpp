#pragma once

#include "gather/clock_offset.hpp"
#include "gather/mailbox.hpp"

#include <tscollect/time.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::gather {

/// A host's packed block, or word that it fell silent while it was being sent.
struct Arrival {
  int source = 0;
  bool whole = false;
  std::vector<std::byte> block;  ///< empty unless whole
  block::ClockOffset clocks;     ///< measured before, if the host answered
};

/// Rank 0's side of the gather: pulls the blocks of the hosts that have finished, a few at a time,
/// so that the next ones travel while one is being written, and memory does not grow with the
/// number of hosts.
class BlockPuller {
 public:
  /// What may be on its way at once. A block beyond the bytes travels alone.
  struct Window {
    std::size_t blocks = 4;
    std::size_t bytes = std::size_t{64} << 20;
  };

  /// `timeout`: so long may a host be silent between two pieces.
  BlockPuller(Mailbox& mailbox, std::chrono::nanoseconds timeout)
      : BlockPuller(mailbox, timeout, Window()) {}
  BlockPuller(Mailbox& mailbox, std::chrono::nanoseconds timeout, Window window);
  BlockPuller(const BlockPuller&) = delete;
  BlockPuller& operator=(const BlockPuller&) = delete;
  ~BlockPuller();

  /// A host has finished and waits to be asked for a block of `size` bytes. `words` go to it with
  /// the request.
  void offer(int source, std::size_t size, std::string words = {});

  /// Whether nothing is on its way or waiting to be asked for.
  [[nodiscard]] bool idle() const noexcept { return offered_.empty() && incoming_.empty(); }

  /// Asks for blocks as far as the window has room, looks at those on their way once, and hands out
  /// one that is whole or has been given up. Nothing: look again later.
  [[nodiscard]] std::optional<Arrival> take();

 private:
  struct Offer {
    int source = 0;
    std::size_t size = 0;
    std::string words;
    base::Deadline comparison;  ///< until then its block waits for its clocks
    bool compared = false;
    block::ClockOffset clocks;
  };
  struct Incoming;

  [[nodiscard]] bool has_room(std::size_t size) const noexcept;
  void compare_clocks();
  void ask_for_blocks();
  void ask(const Offer& offer);

  Mailbox& mailbox_;
  std::chrono::nanoseconds timeout_;
  Window window_;
  ClockComparer clocks_;
  std::deque<Offer> offered_;
  std::deque<std::unique_ptr<Incoming>> incoming_;
  std::size_t incoming_bytes_ = 0;
};

}  // namespace tscollect::gather
