#include "gather/clock_offset.hpp"

#include "sampling/event_wait.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sched.h>
#include <string>
#include <type_traits>
#include <utility>

namespace tscollect::gather {

namespace {

using namespace std::chrono_literals;

constexpr int round_trips = 8;

/// On a busy machine a round trip takes long; then fewer are made, once this much time has passed
/// since the first answer. At least two, as the first one includes the time in which the host was
/// not yet listening. If none is good, the best is used with its uncertainty.
constexpr int least_round_trips = 2;
constexpr std::chrono::nanoseconds most_time = 250ms;
constexpr std::int64_t good_uncertainty_ns = 20'000'000;
constexpr std::chrono::nanoseconds longest_time = 1s;

/// After the first ping the others follow at once: for this time messages are polled without a
/// pause.
constexpr std::chrono::nanoseconds attentive_time = 5ms;
constexpr std::chrono::nanoseconds pause_before_first = 1ms;

/// A round trip during which a wall clock was set is discarded. Slewing changes a clock by at most
/// a thousandth.
constexpr std::int64_t most_wall_change_ns = 1'000'000;
constexpr std::int64_t slewing = 1000;

struct Clocks {
  std::int64_t mono_ns;
  std::int64_t wall_ns;
};

struct Pong {
  std::uint64_t number;
  Clocks clocks;
};

template <class Part>
std::string bytes_of(const Part& part) {
  static_assert(std::has_unique_object_representations_v<Part>);
  std::string bytes(sizeof part, '\0');
  std::memcpy(bytes.data(), &part, sizeof part);
  return bytes;
}

template <class Part>
std::optional<Part> read_bytes(std::string_view bytes) {
  Part part{};
  if (bytes.size() != sizeof part) return std::nullopt;
  std::memcpy(&part, bytes.data(), sizeof part);
  return part;
}

Clocks read_clocks() noexcept {
  return {mono_now().time_since_epoch().count(), wall_now().time_since_epoch().count()};
}

}  // namespace

/// The round trips of one host so far.
struct ClockComparer::Trips {
  int done = 0;
  std::uint64_t number = 0;  ///< number of the pending ping; 0: none
  Clocks sent{};
  MonoTime first_answer{};
  MonoTime last_answer{};
  block::ClockOffset best;

  [[nodiscard]] bool are_enough() const {
    if (done >= round_trips) return true;
    if (done < least_round_trips) return false;
    const auto time = best.uncertainty_ns <= good_uncertainty_ns ? most_time : longest_time;
    return mono_now() >= first_answer + time;
  }
};

ClockComparer::ClockComparer(Mailbox& mailbox) : mailbox_(mailbox) {}
ClockComparer::~ClockComparer() = default;

void ClockComparer::begin(int host) {
  trips_[host] = Trips();
  turns_.push_back(host);
}

block::ClockOffset ClockComparer::best_so_far(int host) const {
  const auto found = trips_.find(host);
  return found == trips_.end() ? block::ClockOffset() : found->second.best;
}

bool ClockComparer::hears_anybody() const {
  // A host that stops answering again is not waited for.
  const MonoTime now = mono_now();
  return std::ranges::any_of(trips_, [now](const auto& entry) {
    return entry.second.done > 0 && now < entry.second.last_answer + longest_time;
  });
}

void ClockComparer::give_up(int host) { trips_.erase(host); }

void ClockComparer::ask(int host) {
  Trips& trips = trips_.at(host);
  trips.number = mailbox_.next_number();
  trips.sent = read_clocks();
  mailbox_.post(host, Tag::ping, bytes_of(trips.number));
}

bool ClockComparer::take_answer(const Message& answer) {
  const Clocks received = read_clocks();
  const auto pong = read_bytes<Pong>(answer.text);
  const auto found = trips_.find(answer.source);
  if (!pong || found == trips_.end() || pong->number != found->second.number) return false;
  Trips& trips = found->second;
  trips.number = 0;
  const std::int64_t took = received.mono_ns - trips.sent.mono_ns;
  const std::int64_t wall_change = received.wall_ns - trips.sent.wall_ns - took;
  if (std::abs(wall_change) > most_wall_change_ns + took / slewing) return true;
  trips.last_answer = mono_now();
  if (trips.done++ == 0) trips.first_answer = trips.last_answer;
  const std::int64_t uncertainty = (took + 1) / 2;
  if (trips.best.uncertainty_ns >= 0 && uncertainty >= trips.best.uncertainty_ns) return true;
  trips.best = {.offset_ns = pong->clocks.wall_ns - trips.sent.wall_ns - uncertainty,
                .uncertainty_ns = uncertainty,
                .mono_offset_ns = pong->clocks.mono_ns - trips.sent.mono_ns - uncertainty};
  return true;
}

/// Continues as long as the host answers quickly. A slow host gets its next turn when it answers.
void ClockComparer::measure(int host) {
  MonoTime asked{};
  while (trips_.contains(host) && !trips_[host].are_enough()) {
    if (trips_[host].number == 0) {
      ask(host);
      asked = mono_now();
    }
    const auto answer = mailbox_.take(Tag::pong, host);
    if (answer)
      take_answer(*answer);
    else if (mono_now() >= asked + attentive_time)
      return;
    else
      ::sched_yield();
  }
}

std::optional<ComparedClocks> ClockComparer::advance() {
  while (const auto answer = mailbox_.take(Tag::pong))
    if (take_answer(*answer)) turns_.push_back(answer->source);
  while (!turns_.empty()) {
    const int host = turns_.front();
    turns_.pop_front();
    measure(host);
    const auto found = trips_.find(host);
    if (found == trips_.end() || !found->second.are_enough()) continue;
    const ComparedClocks compared{host, found->second.best};
    trips_.erase(found);
    return compared;
  }
  return std::nullopt;
}

std::optional<TaggedMessage> answer_pings_until(Mailbox& mailbox,
                                                std::initializer_list<Tag> awaited,
                                                base::Deadline deadline) {
  MonoTime attentive_until{};
  for (;;) {
    while (const auto ping = mailbox.take(Tag::ping, 0)) {
      deadline.restart();
      if (const auto number = read_bytes<std::uint64_t>(ping->text))
        mailbox.post(0, Tag::pong, bytes_of(Pong{*number, read_clocks()}));
      attentive_until = mono_now() + attentive_time;
    }
    for (const Tag tag : awaited)
      if (auto message = mailbox.take(tag, 0)) return TaggedMessage{tag, std::move(*message)};
    if (deadline.is_over()) return std::nullopt;
    if (mono_now() >= attentive_until)
      sampling::nap(pause_before_first);
    else
      ::sched_yield();
  }
}

}  // namespace tscollect::gather
