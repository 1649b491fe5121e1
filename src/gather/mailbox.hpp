#pragma once

#include "base/deadline.hpp"
#include "gather/mpi_session.hpp"

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

namespace tscollect::gather {

/// What a message is; its MPI tag.
enum class Tag : int {
  hello = 1,      ///< host → rank 0: I am here; my name, whether I can read anything
  ping,           ///< rank 0 → host: answer at once; a number
  pong,           ///< host → rank 0: my clocks, and the ping's number
  start,          ///< rank 0 → host: your name in the file and when tick 0 is due, or: leave
  ready,          ///< host → rank 0: the first sample is taken
  alert,          ///< rank 0 → host: a stop may come within seconds, listen closely
  stop,           ///< any → rank 0 → all: stop sampling; the reason
  finished,       ///< host → rank 0: sampling has ended, the block is ready; its size
  pull,           ///< rank 0 → host: send the block now; the transfer's number
  heartbeat,      ///< rank 0 → all: still gathering or writing; host → rank 0: still packing
  alive,          ///< rank 0 → all, rarely, while sampling: I am still here
  leave,          ///< rank 0 → all: the file is closed
  final_message,  ///< any → rank 0: I leave
  first_piece = 1000,  ///< from here on, host → rank 0: parts of blocks, by the transfer's number
};

struct Message {
  int source = 0;
  std::string text;
};

/// Point-to-point messages that never block in MPI: MPI's own waits use a whole core, so a wait
/// here sleeps and polls. All control messages of the job go through one of these.
class Mailbox {
 public:
  Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  /// Keeps the buffers of messages that MPI has not finished.
  ~Mailbox();

  [[nodiscard]] MPI_Comm communicator() const noexcept { return communicator_.get(); }

  /// Hands a short message to MPI and returns; it is kept until MPI is done with it. To a rank that
  /// has died it may be lost without an error: whoever waits for the answer has a deadline.
  void post(int destination, Tag tag, std::string_view text = {});

  /// A message of that tag, if one has arrived. `source`: a rank, or `any_source`.
  [[nodiscard]] std::optional<Message> take(Tag tag, int source = any_source);

  /// The same, waiting until `deadline`; looks every `pause`, asleep in between.
  [[nodiscard]] std::optional<Message> wait(Tag tag, int source, base::Deadline deadline,
                                            std::chrono::nanoseconds pause);

  /// At the end: receives messages that nobody waits for, such as a second `stop`. UCX would print
  /// a warning for each.
  void drain();

  /// A new number for a request, by which its answer is recognized.
  [[nodiscard]] std::uint64_t next_number() noexcept { return ++last_number_; }

  static constexpr int any_source = MPI_ANY_SOURCE;

 private:
  struct Outgoing {
    MPI_Request request;
    std::string text;
  };
  struct Incoming {
    MPI_Request request;
    int tag;
    Message message;
  };
  void drop_delivered();
  [[nodiscard]] bool accept(int tag, int source);
  [[nodiscard]] std::optional<Message> take_any(int tag, int source);

  Communicator communicator_;
  std::list<Outgoing> outgoing_;  ///< never moved: MPI reads from them
  std::list<Incoming> incoming_;  ///< likewise: MPI writes into them
  std::uint64_t last_number_ = 0;
};

}  // namespace tscollect::gather
