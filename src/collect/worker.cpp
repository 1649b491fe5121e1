#include "collect/worker.hpp"

#include "collect/session/host_session.hpp"
#include "collect/job_environment.hpp"
#include "collect/hosts/journal_messages.hpp"
#include "collect/heartbeat.hpp"
#include "collect/protocol.hpp"
#include "collect/control_loop.hpp"
#include "gather/block_transfer.hpp"
#include "gather/clock_offset.hpp"
#include "base/text/error_text.hpp"
#include "base/log.hpp"
#include "sampling/event_wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <memory>

namespace tscollect::collect {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// How long a rank waits after the stop without a message from rank 0, in units of --timeout: rank
/// 0 gives each host one of them, and sends heartbeats while its disk is slow.
constexpr int silent_timeouts = 3;

/// At most this many ranks report that rank 0 is silent; the others would print the same message.
constexpr int most_that_complain = 4;

constexpr std::size_t reserve_bytes = std::size_t{1} << 20;

/// Before the start rank 0 waits for every host, at most --timeout, and looks up names.
constexpr std::chrono::nanoseconds shortest_start_limit = 1min;

/// Whether a heartbeat of rank 0 has arrived since the last call.
bool rank_0_is_there(gather::Mailbox& mailbox) {
  bool heard = false;
  while (mailbox.take(Tag::alive, 0)) heard = true;
  return heard;
}

std::chrono::nanoseconds start_limit(std::chrono::nanoseconds timeout) {
  return std::max({shortest_start_limit, timeout * silent_timeouts, silence_allowed(timeout)});
}

sampling::StopReason sample(HostSession& host, gather::Mailbox& mailbox, sampling::Waiter& waiter,
                            const options::CollectOptions& options) {
  bool told = false;
  base::Deadline silence(silence_allowed(options.timeout));
  MonoTime alert_until{};
  const ControlHooks hooks{
      .look = [&]() -> std::optional<sampling::StopReason> {
        if (mailbox.take(Tag::alert, 0)) alert_until = mono_now() + alert_time;
        if (rank_0_is_there(mailbox)) silence.restart();
        auto stop = mailbox.take(Tag::stop, 0);
        told = stop || silence.is_over();
        if (stop) return decode_stop(stop->text);
        if (!told) return std::nullopt;
        return sampling::StopReason{sampling::StopCause::rank_0_silent, "rank 0 has fallen silent"};
      },
      .longest_pause =
          [&] {
            const bool alert = mono_now() < alert_until || waiter.was_warned_within(alert_time);
            return alert ? pause_when_alert : pause_elsewhere;
          },
      .after_first_sample =
          [&] {
            mailbox.post(0, Tag::ready,
                         encode(Ready{host.journal_path(), host.journal_error(), host.refused()}));
          }};
  sampling::StopReason reason = control_until_stopped(host, waiter, hooks);
  if (!told && reason.cause != sampling::StopCause::duration)
    mailbox.post(0, Tag::stop,
                 encode(sampling::StopReason{
                     reason.cause, fmt::format("{} on {}", reason.text, host.hostname())}));
  return reason;
}

/// The first message of rank 0, which may have died while MPI started.
std::optional<Start> await_start(gather::MpiSession& session, gather::Mailbox& mailbox,
                                 const HostSession& host, const options::CollectOptions& options) {
  // A host that comes late waits while the others sample.
  while (const auto word = gather::answer_pings_until(
             mailbox, {Tag::start, Tag::alive}, base::Deadline(start_limit(options.timeout)))) {
    if (word->tag == Tag::alive) continue;
    const auto start = decode_start(word->message.text);
    return start ? *start : dismissal();
  }
  base::log("tscollect-mpi: {}: rank 0 did not start the run; nothing was sampled\n",
            host.hostname());
  session.abort_at_end();
  return std::nullopt;
}

enum class HandOverResult { keep_journal, remove_journal, left_alone, left_alone_when_taken };

/// Sends the block whenever it is requested, until the file is closed. `silence_limit`: how long
/// rank 0 may be silent at first.
HandOverResult hand_over(gather::Mailbox& mailbox, const gather::OutgoingBlock& block,
                         const std::string& journal_loss, std::chrono::nanoseconds silence_limit,
                         const options::CollectOptions& options) {
  mailbox.post(0, Tag::finished, encode(Finished{block.size(), journal_loss, {}, false}));
  bool taken = false;
  while (const auto word = gather::answer_pings_until(
             mailbox, {Tag::pull, Tag::leave, Tag::heartbeat, Tag::alive},
             base::Deadline(silence_limit))) {
    if (word->tag == Tag::leave)
      return decode_journal_fate(word->message.text) == JournalFate::remove
                 ? HandOverResult::remove_journal
                 : HandOverResult::keep_journal;
    silence_limit = options.timeout * silent_timeouts;
    // This host has ended before the others: rank 0 is still sampling.
    if (word->tag == Tag::alive)
      silence_limit = std::max(silence_limit, silence_allowed(options.timeout));
    if (word->tag != Tag::pull) continue;
    // If the block does not arrive, rank 0 may have closed the file meanwhile; the next message
    // tells.
    if (const auto request = gather::decode_pull(word->message.text))
      taken = block.send(mailbox, 0, *request, options.timeout) || taken;
  }
  return taken ? HandOverResult::left_alone_when_taken : HandOverResult::left_alone;
}

void log_silence(const gather::MpiSession& session, const HostSession& host,
                 const std::string& run_id, std::string_view what) {
  if (session.rank() > most_that_complain) return;
  base::log("tscollect-mpi: {}: rank 0 has fallen silent{}; {}\n", host.hostname(), what,
            host.journal_path().empty()
                ? "without a journal, the samples of this host are lost"
                : fmt::format("to write it from this host's journal and the others':\n"
                              "  tscollect recover -o recovered.h5 {}",
                              journal_pattern(host.journal_path(), run_id)));
}

/// Ends a host that rank 0 no longer responds to.
base::ExitStatus give_up(gather::MpiSession& session, gather::Mailbox& mailbox,
                         const HostSession& host, const std::string& run_id, bool taken) {
  log_silence(session, host, run_id,
              taken ? ", maybe before it wrote the file" : " before it took what was sampled here");
  // Rank 0, if it recovers while the job is being ended, must not write a file of its own data
  // alone.
  if (!taken)
    mailbox.post(0, Tag::finished, encode(Finished{0, {}, "it gave up waiting for rank 0", true}));
  session.abort_at_end();
  return base::ExitStatus::not_written;
}

/// `alone`: rank 0 stopped responding during sampling.
base::ExitStatus end_well(gather::MpiSession& session, gather::Mailbox& mailbox, HostSession& host,
                          const std::string& run_id, bool alone,
                          const options::CollectOptions& options) {
  if (alone)
    log_silence(
        session, host, run_id,
        fmt::format(": nothing was heard of it for {} s, and sampling ends here",
                    std::chrono::duration<double>(silence_allowed(options.timeout)).count()));
  std::optional<gather::OutgoingBlock> block;
  work_with_heartbeat(mailbox, options.timeout, [&] {
    block.emplace(block::pack(host.finish(base::Deadline(options.timeout / last_sample_share))));
  });
  // Rank 0 may have recovered: then it requests the block at the stop.
  const HandOverResult outcome =
      hand_over(mailbox, *block, host.journal_loss(),
                options.timeout * (alone ? 1 : silent_timeouts), options);
  if (outcome == HandOverResult::left_alone) return give_up(session, mailbox, host, run_id, false);
  if (outcome == HandOverResult::left_alone_when_taken)
    return give_up(session, mailbox, host, run_id, true);
  if (outcome == HandOverResult::remove_journal) host.remove_journal();
  return base::ExitStatus::complete;
}

/// Handles an error of this host alone, such as exhausted memory: the others continue, and its
/// journal is kept.
base::ExitStatus stay_idle(gather::Mailbox& mailbox, HostSession& host, const std::string& run_id,
                           std::string_view error, const options::CollectOptions& options) {
  base::log("tscollect-mpi: {}: {}: it is left out of the file; {}\n", host.hostname(), error,
            host.journal_path().empty()
                ? "without a journal, the samples of this host are lost"
                : fmt::format("the samples of this host are in its journal:\n"
                              "  tscollect recover -o recovered.h5 {}",
                              journal_pattern(host.journal_path(), run_id)));
  mailbox.post(
      0, Tag::finished,
      encode(Finished{0, host.journal_loss(), fmt::format("it failed: {}", error), false}));
  return run_idle(mailbox, options);
}

}  // namespace

base::ExitStatus run_worker(gather::MpiSession& session, gather::Mailbox& mailbox,
                            const options::CollectOptions& options) {
  sampling::Waiter waiter;
  HostSession host(options, session.rank());
  mailbox.post(0, Tag::hello,
               encode(Hello{host.hostname(), node_name_from_environment(), host.unreadable(),
                            host.abandoned_journals()}));
  const auto start = await_start(session, mailbox, host, options);
  if (!start) return base::ExitStatus::nothing;
  if (start->leave) return run_idle(mailbox, options);
  // Reserved for messages in case memory is exhausted.
  auto reserve = std::make_unique_for_overwrite<std::byte[]>(reserve_bytes);
  try {
    host.begin({start->name_in_file,
                {MonoTime(std::chrono::nanoseconds(start->zero_mono_ns)), options.interval},
                {start->clock_offset_ns, start->clock_uncertainty_ns, start->mono_offset_ns},
                start->run_id,
                start->output,
                start->host_count,
                start->hosts});
    const bool alone =
        sample(host, mailbox, waiter, options).cause == sampling::StopCause::rank_0_silent;
    return end_well(session, mailbox, host, start->run_id, alone, options);
  } catch (const gather::MpiError&) {
    throw;
  } catch (const std::exception& thrown) {
    reserve.reset();
    return stay_idle(mailbox, host, start->run_id, error_text(thrown), options);
  }
}

base::ExitStatus run_idle(gather::Mailbox& mailbox, const options::CollectOptions& options) {
  sampling::Waiter waiter;
  base::Deadline silence(start_limit(options.timeout));
  while (!mailbox.take(Tag::leave, 0)) {
    const auto reason = waiter.wait_until(mono_now() + pause_elsewhere);
    if (reason) mailbox.post(0, Tag::stop, encode(*reason));
    if (rank_0_is_there(mailbox)) silence.restart();
    // Both mean that the stop has begun.
    if (reason || mailbox.take(Tag::heartbeat, 0))
      silence = base::Deadline(options.timeout * silent_timeouts);
    if (silence.is_over()) return base::ExitStatus::not_written;
  }
  return base::ExitStatus::complete;
}

}  // namespace tscollect::collect
