#include "app/member.hpp"

#include "app/host_session.hpp"
#include "app/job_environment.hpp"
#include "app/protocol.hpp"
#include "app/sampling_loop.hpp"
#include "app/scheduling.hpp"
#include "gather/block_transfer.hpp"
#include "gather/clock_offset.hpp"
#include "journal/folder.hpp"
#include "record/waiter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace tscollect::app {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// The longest time without a word from rank 0 that a host allows it after the stop, before its
/// block was taken, in units of --timeout: rank 0 gives any other host one of them.
constexpr int silent_timeouts = 3;

/// The same afterwards, when rank 0 may be busy with a slow file system.
constexpr auto longest_write = 30min;

/// So many of the ranks that rank 0 has left alone say so; the others would say the same.
constexpr int most_that_complain = 4;

/// The start may be slow: rank 0 waits for every other host first.
constexpr auto longest_start = 10min;

std::string sample(HostSession& host, gather::Mailbox& mailbox, record::Waiter& waiter,
                   const CollectOptions& options) {
  bool told = false;
  MonoTime alert_until{};
  const SamplingSchedule schedule(options.realtime, options.cpu);
  const Lookout lookout{
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
            mailbox.post(
                0, Tag::ready,
                encode(Ready{host.journal_path(), host.journal_fault(), schedule.refused()}));
          }};
  std::string reason = sample_until_stopped(host.recorder(), waiter, options.duration, lookout);
  if (!told && reason != "duration")
    mailbox.post(0, Tag::stop, fmt::format("{} on {}", reason, host.hostname()));
  return reason;
}

enum class Outcome { keep_journal, journal_may_go, left_alone };

/// Sends the block as often as it is asked for, until the file is closed.
Outcome hand_over(gather::Mailbox& mailbox, const std::vector<std::byte>& block,
                  const std::string& journal_lack, const CollectOptions& options) {
  mailbox.post(0, Tag::finished, encode(Finished{block.size(), journal_lack}));
  std::chrono::nanoseconds patience = options.timeout * silent_timeouts;
  while (const auto word = gather::answer_pings_until(
             mailbox, {Tag::pull, Tag::leave, Tag::patience}, mono_now() + patience)) {
    if (word->tag == Tag::leave)
      return word->message.text == journal_may_go ? Outcome::journal_may_go : Outcome::keep_journal;
    if (word->tag == Tag::patience) continue;
    // If it does not arrive, rank 0 may have closed the file meanwhile: the next word says so.
    if (gather::send_block(mailbox, 0, block, options.timeout))
      patience = std::max<std::chrono::nanoseconds>(patience, longest_write);
  }
  return Outcome::left_alone;
}

/// What is left to do for a host that rank 0 does not ask any more.
ExitStatus give_up(gather::MpiSession& session, const HostSession& host) {
  if (session.rank() <= most_that_complain)
    fmt::print(stderr, "tscollect-mpi: {}: rank 0 has fallen silent, and no file is written; {}\n",
               host.hostname(),
               host.journal_path().empty()
                   ? "without a journal, what was sampled here is lost"
                   : fmt::format("to write it from this journal and the other hosts':\n"
                                 "  tscollect recover -o recovered.h5 {}",
                                 journal::shell_word(host.journal_path())));
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
  const auto word = gather::answer_pings_until(mailbox, {Tag::start}, mono_now() + longest_start);
  if (!word) return ExitStatus::nothing;
  const auto start = decode_start(word->message.text);
  if (!start || start->leave) return run_idle(mailbox);
  host.begin({start->name_in_file,
              {MonoTime(std::chrono::nanoseconds(start->zero_mono_ns)), options.interval},
              {start->clock_offset_ns, start->clock_uncertainty_ns},
              start->run_id,
              start->output,
              start->host_count,
              start->hosts});
  sample(host, mailbox, waiter, options);
  const Outcome outcome =
      hand_over(mailbox, record::pack(host.finish()), host.journal_lack(), options);
  if (outcome == Outcome::left_alone) return give_up(session, host);
  if (outcome == Outcome::journal_may_go) host.remove_journal();
  return ExitStatus::complete;
}

ExitStatus run_idle(gather::Mailbox& mailbox) {
  record::Waiter waiter;
  MonoTime deadline = MonoTime::max();
  while (!mailbox.take(Tag::leave, 0)) {
    if (mono_now() >= deadline) return ExitStatus::not_written;
    const auto reason = waiter.wait_until(mono_now() + pause_elsewhere);
    if (!reason) continue;
    mailbox.post(0, Tag::stop, *reason);
    deadline = std::min(deadline, mono_now() + longest_write);
  }
  return ExitStatus::complete;
}

}  // namespace tscollect::app
