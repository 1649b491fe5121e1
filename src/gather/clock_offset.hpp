#pragma once

#include "base/deadline.hpp"
#include "block/host_block.hpp"
#include "gather/mailbox.hpp"

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <map>
#include <optional>

namespace tscollect::gather {

/// Another host's clocks against this one's, from the quickest of a few round trips.
struct ComparedClocks {
  int host = 0;
  block::ClockOffset offset;
};

/// Rank 0's side: compares the clocks of any number of hosts with this one's by ping-pong. Hosts
/// must be in answer_pings_until(). One that answers within milliseconds is measured at once, as
/// both sides look at MPI without pause for the some hundred microseconds that it takes. One that
/// does not is set aside and goes on when its answer comes, so that it costs the others nothing.
/// Each ping has a number of its own: a late answer is never taken for a fresh one.
class ClockComparer {
 public:
  explicit ClockComparer(Mailbox& mailbox);
  ClockComparer(const ClockComparer&) = delete;
  ClockComparer& operator=(const ClockComparer&) = delete;
  ~ClockComparer();

  /// From now on `host` is being compared; an earlier comparison of it is forgotten.
  void begin(int host);

  /// Of a comparison that is not done; not measured, if there was no answer at all.
  [[nodiscard]] block::ClockOffset best_so_far(int host) const;

  /// Whether some host that is still being compared has just answered: to be looked after soon.
  [[nodiscard]] bool hears_anybody() const;

  /// Forgets the host; its late answers are ignored.
  void give_up(int host);

  /// Takes the answers that are here, and asks on. Returns a comparison that is done, if there is
  /// one; nothing: look again later.
  [[nodiscard]] std::optional<ComparedClocks> advance();

 private:
  struct Trips;

  void ask(int host);
  bool take_answer(const Message& answer);
  void measure(int host);

  Mailbox& mailbox_;
  std::map<int, Trips> trips_;  ///< by host
  std::deque<int> turns_;       ///< hosts that are to be asked next
};

/// What rank 0 said, and by which kind of message.
struct Word {
  Tag tag = Tag::leave;
  Message message;
};

/// Answers rank 0's pings until a message of one of the awaited kinds comes from it; nothing if
/// neither came before the deadline. A ping begins the deadline anew: rank 0 is there.
[[nodiscard]] std::optional<Word> answer_pings_until(Mailbox& mailbox,
                                                     std::initializer_list<Tag> awaited,
                                                     base::Deadline deadline);

}  // namespace tscollect::gather
