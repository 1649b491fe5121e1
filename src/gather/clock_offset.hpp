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

/// Offsets of another host's clocks from this one's, from the quickest of several round trips.
struct ComparedClocks {
  int host = 0;
  block::ClockOffset offset;
};

/// Rank 0's side: compares the clocks of any number of hosts with this one's by ping-pong. The
/// hosts must be in answer_pings_until(). A host that answers within milliseconds is measured at
/// once, with both sides polling MPI without a pause for the few hundred microseconds that it
/// takes. A slower host is put aside until its answer arrives, so that it does not delay the
/// others. Each ping has its own number, so that a late answer is never taken for a new one.
class ClockComparer {
 public:
  explicit ClockComparer(Mailbox& mailbox);
  ClockComparer(const ClockComparer&) = delete;
  ClockComparer& operator=(const ClockComparer&) = delete;
  ~ClockComparer();

  /// Begins a comparison with `host`, dropping any earlier one.
  void begin(int host);

  /// Result of an unfinished comparison; not measured if no answer has arrived.
  [[nodiscard]] block::ClockOffset best_so_far(int host) const;

  /// Whether a host still being compared has just answered, so that advance() should be called
  /// soon.
  [[nodiscard]] bool hears_anybody() const;

  /// Forgets the host; late answers are ignored.
  void give_up(int host);

  /// Processes arrived answers and sends the next pings. Returns a finished comparison, if any;
  /// nothing: call again later.
  [[nodiscard]] std::optional<ComparedClocks> advance();

 private:
  struct Trips;

  void ask(int host);
  bool take_answer(const Message& answer);
  void measure(int host);

  Mailbox& mailbox_;
  std::map<int, Trips> trips_;  ///< by host
  std::deque<int> turns_;       ///< hosts to ping next
};

/// A message from rank 0 and its tag.
struct TaggedMessage {
  Tag tag = Tag::leave;
  Message message;
};

/// Answers rank 0's pings until a message with one of the awaited tags arrives; nothing if none
/// arrived by the deadline. Each ping restarts the deadline, as it shows that rank 0 is alive.
[[nodiscard]] std::optional<TaggedMessage> answer_pings_until(Mailbox& mailbox,
                                                              std::initializer_list<Tag> awaited,
                                                              base::Deadline deadline);

}  // namespace tscollect::gather
