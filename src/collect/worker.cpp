#include "collect/worker.hpp"

#include "collect/host_session.hpp"
#include "collect/job_environment.hpp"
#include "collect/journal_messages.hpp"
#include "collect/heartbeat.hpp"
#include "collect/protocol.hpp"
#include "collect/control_loop.hpp"
#include "gather/block_transfer.hpp"
#include "gather/clock_offset.hpp"
#include "base/log.hpp"
#include "sampling/event_wait.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::app {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// The longest time without a word from rank 0 that a rank allows it after the stop, in units of
/// --timeout: rank 0 gives any host one of them, and asks for patience however slow its disk is.
constexpr int silent_timeouts = 3;

/// So many of the ranks that rank 0 has left alone say so; the others would say the same.
constexpr int most_that_complain = 4;

/// Before the start rank 0 waits for every host, --timeout at most, and looks up names.
constexpr std::chrono::nanoseconds shortest_start_limit = 1min;

std::string sample(HostSession& host, gather::Mailbox& mailbox, record::Waiter& waiter) {
  bool told = false;
  MonoTime alert_until{};
  const ControlHooks hooks{
      .look = [&]() -> std::optional<std::string> {
        if (mailbox.take(Tag::alert, 0)) alert_until = mono_now() + alert_time;
        auto stop = mailbox.take(Tag::stop, 0);
        if (!stop) return std::nullopt;
        told = true;
        return std::move(stop->text);
      },
      .longest_pause =
          [&] {
            const bool alert = mono_now() < alert_until || waiter.was_warned_within(alert_time);
            return alert ? pause_when_alert : pause_elsewhere;
          },
      .after_first_sample =
          [&] {
            mailbox.post(0, Tag::ready,
                         encode(Ready{host.journal_path(), host.journal_fault(), host.refused()}));
          }};
  std::string reason = control_until_stopped(host, waiter, hooks);
  if (!told && reason != "duration")
    mailbox.post(0, Tag::stop, fmt::format("{} on {}", reason, host.hostname()));
  return reason;
}

/// What rank 0 says first; it may have died while MPI came up.
std::optional<Start> await_start(gather::MpiSession& session, gather::Mailbox& mailbox,
                                 const HostSession& host, const CollectOptions& options) {
  const auto limit = std::max(shortest_start_limit, options.timeout * silent_timeouts);
  if (const auto word = gather::answer_pings_until(mailbox, {Tag::start}, mono_now() + limit)) {
    const auto start = decode_start(word->message.text);
    return start ? *start : dismissal();
  }
  record::tell("tscollect-mpi: {}: rank 0 did not start the run; nothing was sampled\n",
               host.hostname());
  session.abort_at_end();
  return std::nullopt;
}

enum class Outcome { keep_journal, journal_may_go, left_alone, left_alone_when_taken };

/// Sends the block as often as it is asked for, until the file is closed.
Outcome hand_over(gather::Mailbox& mailbox, const std::vector<std::byte>& block,
                  const std::string& journal_lack, const CollectOptions& options) {
  mailbox.post(0, Tag::finished, encode(Finished{block.size(), journal_lack}));
  bool taken = false;
  while (const auto word =
             gather::answer_pings_until(mailbox, {Tag::pull, Tag::leave, Tag::patience},
                                        mono_now() + options.timeout * silent_timeouts)) {
    if (word->tag == Tag::leave)
      return word->message.text == journal_may_go ? Outcome::journal_may_go : Outcome::keep_journal;
    if (word->tag == Tag::patience) continue;
    // If it does not arrive, rank 0 may have closed the file meanwhile: the next word says so.
    taken = gather::send_block(mailbox, 0, block, options.timeout) || taken;
  }
  return taken ? Outcome::left_alone_when_taken : Outcome::left_alone;
}

/// What is left to do for a host that rank 0 does not ask any more.
ExitStatus give_up(gather::MpiSession& session, const HostSession& host, const std::string& run_id,
                   bool taken) {
  if (session.rank() <= most_that_complain)
    record::tell("tscollect-mpi: {}: rank 0 has fallen silent{}; {}\n", host.hostname(),
                 taken ? ", maybe before it wrote the file" : ", and no file is written",
                 host.journal_path().empty()
                     ? "without a journal, what was sampled here is lost"
                     : fmt::format("to write it from this host's journal and the others':\n"
                                   "  tscollect recover -o recovered.h5 {}",
                                   journal_pattern(host.journal_path(), run_id)));
  session.abort_at_end();
  return ExitStatus::not_written;
}

}  // namespace

ExitStatus run_member(gather::MpiSession& session, gather::Mailbox& mailbox,
                      const CollectOptions& options) {
  record::Waiter waiter;
  HostSession host(options, session.rank());
  mailbox.post(0, Tag::hello,
               encode(Hello{host.hostname(), node_name_from_environment(), host.unreadable(),
                            host.abandoned_journals()}));
  const auto start = await_start(session, mailbox, host, options);
  if (!start) return ExitStatus::nothing;
  if (start->leave) return run_idle(mailbox, options);
  host.begin({start->name_in_file,
              {MonoTime(std::chrono::nanoseconds(start->zero_mono_ns)), options.interval},
              {start->clock_offset_ns, start->clock_uncertainty_ns},
              start->run_id,
              start->output,
              start->host_count,
              start->hosts});
  sample(host, mailbox, waiter);
  std::vector<std::byte> block;
  work_patiently(mailbox, options.timeout, [&] {
    block = record::pack(host.finish(mono_now() + options.timeout / last_sample_share));
  });
  const Outcome outcome = hand_over(mailbox, block, host.journal_lack(), options);
  if (outcome == Outcome::left_alone) return give_up(session, host, start->run_id, false);
  if (outcome == Outcome::left_alone_when_taken) return give_up(session, host, start->run_id, true);
  if (outcome == Outcome::journal_may_go) host.remove_journal();
  return ExitStatus::complete;
}

ExitStatus run_idle(gather::Mailbox& mailbox, const CollectOptions& options) {
  record::Waiter waiter;
  MonoTime deadline = MonoTime::max();
  while (!mailbox.take(Tag::leave, 0)) {
    if (mono_now() >= deadline) return ExitStatus::not_written;
    const auto reason = waiter.wait_until(mono_now() + pause_elsewhere);
    if (reason) mailbox.post(0, Tag::stop, *reason);
    // Either of them: the stop has begun.
    if (reason || mailbox.take(Tag::patience, 0))
      deadline = mono_now() + options.timeout * silent_timeouts;
  }
  return ExitStatus::complete;
}

}  // namespace tscollect::app
