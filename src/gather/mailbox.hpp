#pragma once

#include "gather/mpi_session.hpp"

#include <tscollect/time.hpp>

#include <cstddef>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::gather {

/// What a message is; its MPI tag.
enum class Tag : int {
  hello = 1,  ///< host → rank 0: I am here; my name, whether I can read anything
  ping,       ///< rank 0 → host: answer at once
  pong,       ///< host → rank 0: my clocks
  start,      ///< rank 0 → host: your name in the file and when tick 0 is due, or: leave
  ready,      ///< host → rank 0: the first sample is taken
  alert,      ///< rank 0 → host: a stop may come within seconds, listen closely
  stop,       ///< any → rank 0 → all: stop sampling; the reason
  finished,   ///< host → rank 0: sampling has ended, the block is ready; its size
  pull,       ///< rank 0 → host: send the block now
  piece,      ///< host → rank 0: a part of the block
  patience,   ///< rank 0 → all: still gathering or writing; host → rank 0: still packing
  leave,      ///< rank 0 → all: the file is closed
};

struct Message {
  int source = 0;
  std::string text;
};

/// Point-to-point messages without ever blocking in MPI, whose waits burn a core: a wait here
/// sleeps and looks now and then. All control traffic of the job goes through one of these.
class Mailbox {
 public:
  Mailbox();

  [[nodiscard]] MPI_Comm communicator() const noexcept { return communicator_.get(); }

  /// Hands a short message to MPI and returns; it is kept until MPI is done with it. To a rank that
  /// has died it may be lost without an error: whoever waits for the answer has a deadline.
  void post(int destination, Tag tag, std::string_view text = {});

  /// A message of that tag, if one has arrived. `source`: a rank, or `any_source`.
  [[nodiscard]] std::optional<Message> take(Tag tag, int source = any_source);

  /// The same, waiting until `deadline`; looks every `pause`, asleep in between.
  [[nodiscard]] std::optional<Message> wait(Tag tag, int source, MonoTime deadline,
                                            std::chrono::nanoseconds pause);

  /// At the end: takes what nobody asked for, as a second word to stop. UCX complains of each.
  void drain();

  static constexpr int any_source = MPI_ANY_SOURCE;

 private:
  struct Pending {
    MPI_Request request;
    std::string text;
  };
  void drop_delivered();
  [[nodiscard]] std::optional<Message> take_any(int tag, int source);

  Communicator communicator_;
  std::list<Pending> pending_;  ///< never moved: MPI reads from them
};

}  // namespace tscollect::gather
