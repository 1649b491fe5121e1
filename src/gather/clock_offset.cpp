#include "gather/clock_offset.hpp"

#include "sampling/event_wait.hpp"

#include <array>
#include <cstring>

namespace tscollect::gather {

namespace {

using namespace std::chrono_literals;

constexpr int round_trips = 8;

/// After the first ping the others follow at once: so long is looked for them without a pause.
constexpr std::chrono::nanoseconds attentive_time = 5ms;
constexpr std::chrono::nanoseconds pause_before_first = 1ms;

struct Clocks {
  std::int64_t mono_ns;
  std::int64_t wall_ns;
};

Clocks read_clocks() {
  return {mono_now().time_since_epoch().count(), wall_now().time_since_epoch().count()};
}

/// Looks without pause for a short time, then asleep until the deadline.
std::optional<Message> wait_attentively(Mailbox& mailbox, Tag tag, int source, MonoTime deadline) {
  const MonoTime attentive_until = std::min(deadline, mono_now() + attentive_time);
  while (mono_now() < attentive_until)
    if (auto message = mailbox.take(tag, source)) return message;
  return mailbox.wait(tag, source, deadline, pause_before_first);
}

}  // namespace

ClockComparison compare_clocks(Mailbox& mailbox, int host, MonoTime deadline) {
  ClockComparison best;
  for (int trip = 0; trip < round_trips; ++trip) {
    const Clocks sent = read_clocks();
    mailbox.post(host, Tag::ping);
    const auto answer = wait_attentively(mailbox, Tag::pong, host, deadline);
    const Clocks received = read_clocks();
    Clocks theirs{};
    if (!answer || answer->text.size() != sizeof theirs) return best;
    std::memcpy(&theirs, answer->text.data(), sizeof theirs);
    const std::int64_t uncertainty = (received.mono_ns - sent.mono_ns + 1) / 2;
    if (best.wall.uncertainty_ns >= 0 && uncertainty >= best.wall.uncertainty_ns) continue;
    best.wall.uncertainty_ns = uncertainty;
    best.wall.offset_ns = theirs.wall_ns - (sent.wall_ns + (received.wall_ns - sent.wall_ns) / 2);
    best.mono_offset = std::chrono::nanoseconds(theirs.mono_ns - sent.mono_ns - uncertainty);
  }
  return best;
}

std::optional<Word> answer_pings_until(Mailbox& mailbox, std::initializer_list<Tag> awaited,
                                       MonoTime deadline) {
  MonoTime attentive_until{};
  for (MonoTime now = mono_now(); now < deadline; now = mono_now()) {
    if (mailbox.take(Tag::ping, 0)) {
      const Clocks clocks = read_clocks();
      std::array<char, sizeof clocks> bytes{};
      std::memcpy(bytes.data(), &clocks, sizeof clocks);
      mailbox.post(0, Tag::pong, {bytes.data(), bytes.size()});
      attentive_until = now + attentive_time;
    }
    for (const Tag tag : awaited)
      if (auto message = mailbox.take(tag, 0)) return Word{tag, std::move(*message)};
    if (now >= attentive_until) record::nap(pause_before_first);
  }
  return std::nullopt;
}

}  // namespace tscollect::gather
