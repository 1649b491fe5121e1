#include "journal/recovered_run.hpp"

#include "base/checked_math.hpp"
#include "base/text/format.hpp"
#include "base/text/name_list.hpp"
#include "base/process/user_name.hpp"
#include "block/privacy.hpp"
#include "journal/host_journal.hpp"
#include "marks/marked_phases.hpp"
#include "base/log.hpp"

#include <tscollect/time.hpp>
#include <tscollect/version.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace tscollect::journal {

namespace {

RecoveryNote describe(const journal::HostJournal& journal, const block::HostBlock& block,
                      std::span<const std::filesystem::path> parts) {
  RecoveryNote finding;
  std::vector<std::string> error = journal.errors();
  if (const std::int64_t lost = journal.lost_samples(); lost > 0)
    error.push_back(fmt::format("{} of earlier parts {} missing", base::counted(lost, "sample"),
                                lost == 1 ? "is" : "are"));
  if (block.summary.samples < journal.samples())
    error.push_back(
        fmt::format("its parts contradict each other, and {} are left out",
                    base::counted(journal.samples() - block.summary.samples, "sample")));
  const auto most = static_cast<std::int64_t>(journal.header().max_samples);
  if (most > 0 && journal.samples() + journal.lost_samples() >= most)
    error.push_back(
        fmt::format("--max-samples kept {} and no more", base::counted(most, "sample")));
  finding.whole = error.empty() && !journal.is_being_written();
  finding.why =
      fmt::format("from its journal{}{}", error.empty() ? "" : ", ", fmt::join(error, ", "));
  if (journal.is_being_written()) finding.why += ", which is still being written";
  if (block.summary.missed_ticks > 0)
    finding.why += fmt::format(", {} ticks missed", block.summary.missed_ticks);
  const std::vector<std::string> names(parts.begin(), parts.end());
  finding.lines.push_back(fmt::format("{}: {}: {}{}{}", block.summary.name,
                                      base::name_list(names, 1),
                                      base::counted(block.summary.samples, "sample"),
                                      error.empty() ? "" : "; ", fmt::join(error, "; ")));
  if (journal.is_being_written())
    finding.lines.push_back(fmt::format(
        "{}: its run is still going on: these are its samples so far", block.summary.name));
  return finding;
}

}  // namespace

Result<RecoveredHost> recover_host(std::span<const std::filesystem::path> parts, uid_t owner) {
  const auto journal = journal::HostJournal::open(parts, owner);
  if (!journal) return journal.error();
  RecoveredHost host{journal->build_block(), {}};
  if (journal->header().is_private) block::hide_private(host.block);
  host.finding = describe(*journal, host.block, parts);
  return host;
}

void RecoveredRun::say(const std::string& line) const {
  base::log("{}: {}\n", logger_, base::displayed(line));
}

void RecoveredRun::log_unused(const journal::Found& found) const {
  for (const std::string& refused : found.refused) say(refused);
  for (const journal::ForeignJournals& foreign : found.foreign) {
    const std::string user = base::user_name_or_number(foreign.owner);
    say(fmt::format(
        "{} of the user {} {} skipped ({}{}); to use them, if you trust them: --owner {}",
        base::counted(static_cast<std::int64_t>(foreign.count), "journal"), user,
        foreign.count == 1 ? "is" : "are", foreign.first, foreign.count == 1 ? "" : ", …", user));
  }
}

void RecoveredRun::log_runs(std::span<const journal::Run> runs) const {
  for (const journal::Run& run : runs)
    say(fmt::format("run {}: begun {}, {}{}", run.id, base::timestamp(run.start_time_ns),
                    base::counted(static_cast<std::int64_t>(run.journals), "journal"),
                    run.is_alive ? ", not over" : ""));
}

void RecoveredRun::choose(const std::string& run_id, journal::Found& found, bool all_are_of_it) {
  std::erase_if(found.journals,
                [&](const journal::Contents& journal) { return journal.header.run_id != run_id; });
  const std::string its_names = fmt::format("tscollect-{}-", run_id);
  for (const std::string& refused : found.refused)
    if (all_are_of_it || refused.find(its_names) != std::string::npos) all_there_ = false;
  for (const std::string& line : journal::keep_longest(found.journals)) say(line);
}

void RecoveredRun::add(const block::HostSummary& summary, const RecoveryNote& finding) {
  all_there_ = all_there_ && finding.whole;
  for (const std::string& line : finding.lines) say(line);
  outcomes_.push_back({summary, block::HostState::recovered, finding.why});
}

void RecoveredRun::leave_out(const std::string& host, const std::string& why) {
  all_there_ = false;
  say(fmt::format("{}: {}", host, why));
  block::HostOutcome outcome;
  outcome.summary.name = host;
  outcome.state = block::HostState::missing;
  outcome.why = why;
  outcomes_.push_back(std::move(outcome));
}

void RecoveredRun::add_missing(std::span<const journal::Contents> journals) {
  const journal::Missing missing = journal::missing_from(journals);
  for (const std::string& name : missing.names) leave_out(name, "there is no journal of this host");
  if (missing.unnamed == 0) return;
  all_there_ = false;
  say(fmt::format("{} more of the run: no journal; only the journal of rank 0 has their names",
                  base::counted(missing.unnamed, "host")));
}

/// A journal that ended because its disk was full cannot record that. It is recognized by comparing
/// it with the other journals of the run.
void RecoveredRun::note_early_ends(std::int64_t interval_ns) {
  constexpr std::int64_t least_ns =
      5'000'000'000;  // hosts of a killed run end within seconds of each other
  const std::int64_t allowed_ns =
      std::max(least_ns, base::saturating_sum(interval_ns, interval_ns));
  const auto is_there = [](const block::HostOutcome& outcome) {
    return outcome.state == block::HostState::recovered && outcome.summary.samples > 0;
  };
  // Compared by ticks, as wall clocks may have been set.
  std::int64_t end_ns = 0;
  for (const block::HostOutcome& outcome : outcomes_)
    if (is_there(outcome)) end_ns = std::max(end_ns, outcome.summary.last_elapsed_ns);
  for (block::HostOutcome& outcome : outcomes_) {
    const std::int64_t early_ns =
        base::saturating_difference(end_ns, outcome.summary.last_elapsed_ns);
    if (!is_there(outcome) || early_ns <= allowed_ns) continue;
    all_there_ = false;
    constexpr double ns_per_second = 1e9;
    const std::string words =
        fmt::format("its journal ends {:.0f} s before the last one of the run",
                    static_cast<double>(early_ns) / ns_per_second);
    say(fmt::format("{}: {}", outcome.summary.name, words));
    outcome.why += ", " + words;
  }
}

base::ExitStatus RecoveredRun::finish(store::RunFileWriter& writer, const base::FilePlace& target,
                                      base::Existing existing, const journal::Header& header) {
  note_early_ends(header.interval_ns);
  std::ranges::sort(outcomes_, {},
                    [](const block::HostOutcome& outcome) { return outcome.summary.name; });
  const block::RunInfo run = describe(header);
  if (header.is_private)
    for (block::HostOutcome& outcome : outcomes_) outcome.why = block::without_paths(outcome.why);
  writer.finish(run, outcomes_);
  const std::string error = store::try_to_write_sidecar(target, run, outcomes_, existing);
  say(fmt::format("wrote {} (recovered, {} of {} hosts, {} samples); the journals stay as they are",
                  target.path().string(), run.hosts_collected.size(), run.hosts_requested.size(),
                  run.num_samples));
  if (!error.empty()) say(error);
  if (run.num_samples == 0) return base::ExitStatus::nothing;
  return all_there_ && error.empty() ? base::ExitStatus::complete : base::ExitStatus::incomplete;
}

Result<void> RecoveredRun::take_marks(const std::filesystem::path& given, const Header& header,
                                      const std::filesystem::path& output, uid_t owner) {
  std::vector<std::filesystem::path> places = {given};
  if (given.empty()) {
    places = {marks::default_marks_path(output)};
    if (!header.marks.empty())
      places = {header.marks, marks::moved_marks_path(header.marks, header.run_id), places.front()};
  }
  for (const std::filesystem::path& place : places) {
    std::error_code none;
    if (given.empty() && !std::filesystem::exists(std::filesystem::symlink_status(place, none)))
      continue;
    // A file server may take root for another user.
    const uid_t shown = owner == geteuid() ? base::owner_of_new_files(place.parent_path()) : owner;
    auto found = marks::read(place, shown, header.run_id);
    if (found) {
      marks_ = std::move(*found);
      if (!marks_.marks.empty())
        say(fmt::format("{}: {}", place.string(), base::counted(std::ssize(marks_.marks), "mark")));
      return {};
    }
    if (!given.empty()) return found.error();
    say(fmt::format("marks are left aside: {}", found.error().message));
  }
  return {};
}

block::RunInfo RecoveredRun::describe(const journal::Header& header) const {
  constexpr double ns_per_second = 1e9;
  block::RunInfo run =
      block::summarize(outcomes_, static_cast<double>(header.interval_ns) / ns_per_second);
  run.completeness = block::Completeness::recovered;
  run.stop_reason = "unknown: recovered from journals";
  // The same moment by all hosts' clocks.
  const std::int64_t zero_mono_ns =
      base::saturating_difference(header.zero_mono_ns, header.clock_at_start.mono_offset_ns);
  auto marked = marks::phases_of(marks_, marks::clocks_of(outcomes_, zero_mono_ns));
  for (const std::string& note : marked.notes) say(note);
  run.phases = std::move(marked.phases);
  if (marks_.command && !marks_.command->begin.empty()) run.command = marks_.command;
  run.labels = header.labels;
  run.job_ids = header.job_ids;
  run.history = fmt::format("{}\n{} {} {}: recovered from journals", header.history,
                            format_timestamp(wall_now()), logger_, version);
  if (header.is_private) block::hide_private(run);
  return run;
}

}  // namespace tscollect::journal
