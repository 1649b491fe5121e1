#pragma once

#include "gather/mailbox.hpp"
#include "block/host_block.hpp"

#include <initializer_list>
#include <optional>

namespace tscollect::gather {

/// Another host's clocks against this one's, from the quickest of a few round trips.
struct ClockComparison {
  record::ClockOffset wall;                ///< its CLOCK_REALTIME minus ours
  std::chrono::nanoseconds mono_offset{};  ///< its CLOCK_MONOTONIC minus ours
};

/// Measures `host`'s clocks by ping-pong; it must be in answer_pings_until(). Without an answer
/// before the deadline the uncertainty is -1. Both sides look at MPI without pause while it lasts:
/// some hundred microseconds, before sampling starts and after it has ended.
[[nodiscard]] ClockComparison compare_clocks(Mailbox& mailbox, int host, MonoTime deadline);

/// What rank 0 said, and by which kind of message.
struct Word {
  Tag tag = Tag::leave;
  Message message;
};

/// Answers rank 0's pings until a message of one of the awaited kinds comes from it; nothing if
/// none came before the deadline.
[[nodiscard]] std::optional<Word> answer_pings_until(Mailbox& mailbox,
                                                     std::initializer_list<Tag> awaited,
                                                     MonoTime deadline);

}  // namespace tscollect::gather
