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

/// A host's packed block, or the news that the host stopped responding during the transfer.
struct Arrival {
  int source = 0;
  bool whole = false;
  std::vector<std::byte> block;  ///< empty unless complete
  block::ClockOffset clocks;     ///< measured before the transfer, if the host answered
};

/// Rank 0's side of the gather: receives the blocks of the hosts that have finished, a few at a
/// time. The next blocks arrive while one is being written, and memory does not grow with the
/// number of hosts.
class BlockPuller {
 public:
  /// Limit of blocks in transfer at the same time. A block larger than the limit is transferred
  /// alone.
  struct Window {
    std::size_t blocks = 4;
    std::size_t bytes = std::size_t{64} << 20;
  };

  /// `timeout`: longest time between two pieces.
  BlockPuller(Mailbox& mailbox, std::chrono::nanoseconds timeout)
      : BlockPuller(mailbox, timeout, Window()) {}
  BlockPuller(Mailbox& mailbox, std::chrono::nanoseconds timeout, Window window);
  BlockPuller(const BlockPuller&) = delete;
  BlockPuller& operator=(const BlockPuller&) = delete;
  ~BlockPuller();

  /// A host has finished and waits for the request for its block of `size` bytes. `words` are sent
  /// with the request.
  void offer(int source, std::size_t size, std::string words = {});

  /// Whether no block is in transfer or waiting to be requested.
  [[nodiscard]] bool idle() const noexcept { return offered_.empty() && incoming_.empty(); }

  /// Requests blocks as far as the window allows, checks those in transfer once, and returns one
  /// that is complete or was given up. Nothing: call again later.
  [[nodiscard]] std::optional<Arrival> take();

 private:
  struct Offer {
    int source = 0;
    std::size_t size = 0;
    std::string words;
    base::Deadline comparison;  ///< until then its block waits for the clock comparison
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
