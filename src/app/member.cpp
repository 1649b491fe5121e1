#include "app/member.hpp"

#include "app/host_session.hpp"
#include "app/job_environment.hpp"
#include "app/protocol.hpp"
#include "app/sampling_loop.hpp"
#include "app/scheduling.hpp"
#include "gather/block_transfer.hpp"
#include "gather/clock_offset.hpp"
#include "record/waiter.hpp"

#include <fmt/format.h>

namespace tscollect::app {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

constexpr auto look_pause = 1s;

/// How long rank 0 may take for the whole gather, the other hosts included, before a host that
/// nobody asks gives up.
constexpr auto longest_gather = 30min;

/// The start may be slow: rank 0 waits for every other host first.
constexpr auto longest_start = 10min;

std::string sample(HostSession& host, gather::Mailbox& mailbox, record::Waiter& waiter,
                   const CollectOptions& options) {
  bool told = false;
  const SamplingSchedule schedule(options.realtime, options.cpu);
  const Lookout lookout{.look = [&]() -> std::optional<std::string> {
                          auto stop = mailbox.take(Tag::stop, 0);
                          if (!stop) return std::nullopt;
                          told = true;
                          return std::move(stop->text);
                        },
                        .pause = [] { return std::chrono::nanoseconds(look_pause); },
                        .after_first_sample =
                            [&] {
                              mailbox.post(0, Tag::ready,
                                           encode(Ready{host.journal_path(), host.journal_fault(),
                                                        schedule.refused()}));
                            }};
  std::string reason = sample_until_stopped(host.recorder(), waiter, options.duration, lookout);
  if (!told && reason != "duration")
    mailbox.post(0, Tag::stop, fmt::format("{} on {}", reason, host.hostname()));
  return reason;
}

/// Sends the block as often as it is asked for, until the file is closed. Whether the samples are
/// in it.
bool hand_over(gather::Mailbox& mailbox, const std::vector<std::byte>& block,
               const CollectOptions& options) {
  mailbox.post(0, Tag::finished, std::to_string(block.size()));
  const MonoTime deadline = mono_now() + longest_gather;
  while (const auto word = gather::answer_pings_until(mailbox, {Tag::pull, Tag::leave}, deadline)) {
    if (word->tag == Tag::leave) return word->message.text == journal_may_go;
    if (!gather::send_block(mailbox, 0, block, options.timeout)) break;
  }
  return false;
}

}  // namespace

ExitStatus run_member(gather::Mailbox& mailbox, const CollectOptions& options, int rank) {
  record::Waiter waiter;
  HostSession host(options, rank);
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
  if (hand_over(mailbox, record::pack(host.finish()), options)) host.remove_journal();
  return ExitStatus::complete;
}

ExitStatus run_idle(gather::Mailbox& mailbox) {
  record::Waiter waiter;
  while (!mailbox.take(Tag::leave, 0)) {
    if (const auto reason = waiter.wait_until(mono_now() + look_pause))
      mailbox.post(0, Tag::stop, *reason);
  }
  return ExitStatus::complete;
}

}  // namespace tscollect::app
