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

/// The kind of a message; also its MPI tag.
enum class Tag : int {
  hello = 1,      ///< host → rank 0: present; its name, whether it can read anything
  ping,           ///< rank 0 → host: answer at once; a number
  pong,           ///< host → rank 0: its clocks, and the ping's number
  start,          ///< rank 0 → host: its name in the file and when tick 0 is due, or: leave
  ready,          ///< host → rank 0: the first sample is taken
  alert,          ///< rank 0 → host: a stop may follow within seconds; poll more often
  stop,           ///< any → rank 0 → all: stop sampling; the reason
  finished,       ///< host → rank 0: sampling has ended, the block is ready; its size
  pull,           ///< rank 0 → host: send the block now; the transfer's number
  heartbeat,      ///< rank 0 → all: still gathering or writing; host → rank 0: still packing
  alive,          ///< rank 0 → all, rarely, while sampling: rank 0 is running
  leave,          ///< rank 0 → all: the file is closed
  final_message,  ///< any → rank 0: the sender leaves
  first_piece =
      1000,  ///< this and above, host → rank 0: pieces of blocks, by the transfer's number
};

struct Message {
  int source = 0;
  std::string text;
};

/// Point-to-point messages without blocking MPI calls: MPI's own waits use a whole core, so waits
/// here sleep and poll. All control messages of the job use a Mailbox.
class Mailbox {
 public:
  Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  /// Keeps the buffers of unfinished messages until the process ends.
  ~Mailbox();

  [[nodiscard]] MPI_Comm communicator() const noexcept { return communicator_.get(); }

  /// Passes a short message to MPI and returns; the buffer is kept until MPI has completed it. A
  /// message to a rank that has died may be lost without an error, so waiting for an answer needs a
  /// deadline.
  void post(int destination, Tag tag, std::string_view text = {});

  /// A message with that tag, if one has arrived. `source`: a rank, or `any_source`.
  [[nodiscard]] std::optional<Message> take(Tag tag, int source = any_source);

  /// Like take(), but waits until `deadline`; polls every `pause` and sleeps in between.
  [[nodiscard]] std::optional<Message> wait(Tag tag, int source, base::Deadline deadline,
                                            std::chrono::nanoseconds pause);

  /// Called at the end: receives messages that nobody has taken, such as a second `stop`. Otherwise
  /// UCX prints a warning for each.
  void drain();

  /// A new number for a request, which its answer repeats.
  [[nodiscard]] std::uint64_t next_number() noexcept { return ++last_number_; }

  static constexpr int any_source = MPI_ANY_SOURCE;

 private:
  struct Outgoing {
    MPI_Request request = MPI_REQUEST_NULL;
    std::string text;
  };
  struct Incoming {
    MPI_Request request = MPI_REQUEST_NULL;
    int tag = 0;
    Message message;
  };
  void drop_delivered();
  [[nodiscard]] bool accept(int tag, int source);
  [[nodiscard]] std::optional<Message> take_any(int tag, int source);

  Communicator communicator_;
  std::list<Outgoing> outgoing_;  ///< never moved: MPI reads from them
  std::list<Incoming> incoming_;  ///< never moved: MPI writes into them
  std::uint64_t last_number_ = 0;
};

}  // namespace tscollect::gather
