#include "collect/session/host_session.hpp"

#include "collect/job_environment.hpp"
#include "base/process/background_task.hpp"
#include "base/text/format.hpp"
#include "collect/heartbeat.hpp"
#include "collect/session/inspection.hpp"
#include "collect/files/run_marks.hpp"
#include "collect/session/scheduling.hpp"
#include "journal/folder.hpp"
#include "block/block_builder.hpp"
#include "block/clock_columns.hpp"
#include "block/host_facts.hpp"
#include "block/privacy.hpp"
#include "sampling/samples.hpp"
#include "base/log.hpp"
#include "table/source.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

namespace tscollect::collect {

namespace {

constexpr std::size_t most_abandoned_told = 10;

SampleOptions pose(const options::CollectOptions& options, int rank) {
  SampleOptions sample = options.sample;
  if (sample.hostname.empty()) sample.hostname = sampling::local_hostname();
  if (options.fake_hosts.empty()) return sample;
  const auto index = static_cast<std::size_t>(rank);
  if (index >= options.fake_hosts.size() || options.fake_hosts[index].name == "auto") {
    sample.hostname += fmt::format("-{}", rank);
    return sample;
  }
  sample.hostname = options.fake_hosts[index].name;
  sample.procfs = options.fake_hosts[index].procfs.value_or(sample.procfs);
  return sample;
}

}  // namespace

HostSession::HostSession(const options::CollectOptions& options, int rank)
    : options_(options), sample_options_(pose(options, rank)) {
  Inspection found = inspect(sample_options_, file_system_limit(options.timeout));
  facts_ = std::move(found.facts);
  if (options.is_private) block::hide_private(facts_);
  // Rank 0 keeps time for the others even if there is nothing to read.
  sample_options_.sources = std::move(found.sources);
  sample_options_.sources_if_present.clear();
  excluded_at_start_ = std::move(found.excluded_rows);
  absent_sources_ = std::move(found.absent);
  hanging_at_start_ = std::move(found.hanging);
  std::ranges::copy(hanging_at_start_, std::back_inserter(absent_sources_));
  unreadable_ = std::move(found.unreadable);
}

std::filesystem::path HostSession::journal_folder() const {
  std::error_code ignored;
  const auto& folder = options_.journal.folder;
  return std::filesystem::absolute(folder.empty() ? journal::default_folder() : folder, ignored);
}

std::vector<std::string> HostSession::abandoned_journals() const {
  std::vector<std::string> paths;
  if (!options_.journal.enabled) return paths;
  // Without an answer, creating the journal will fail too, and is reported.
  const auto found = run_within(file_system_limit(options_.timeout), [folder = journal_folder()] {
    return journal::abandoned_in(folder, most_abandoned_told);
  });
  if (found)
    for (const auto& path : *found) paths.push_back(path.string());
  return paths;
}

journal::Header HostSession::journal_header() const {
  journal::Header header;
  header.tool_version = version;
  header.run_id = start_.run_id;
  header.host = start_.name_in_file;
  header.hostname = hostname();
  header.start_time_ns = wall_now().time_since_epoch().count();
  header.zero_mono_ns = start_.grid.zero.time_since_epoch().count();
  header.interval_ns = start_.grid.interval.count();
  header.max_samples = options_.max_samples;
  header.sources = sample_options_.sources;
  header.excluded_rows = excluded_at_start_;
  header.absent_sources = absent_sources_;
  header.host_count = start_.host_count;
  header.hosts_requested = start_.hosts;
  header.labels = options_.labels;
  header.job_ids = job_ids_from_environment();
  header.output = start_.output;
  header.marks = marks_path(options_.marks_file, start_.output).string();
  header.history = fmt::format("{} tscollect-mpi {}: {}", format_timestamp(wall_now()), version,
                               options_.command_line);
  header.is_private = options_.is_private;
  header.facts = facts_;
  header.clock_at_start = start_.clock;
  return header;
}

void HostSession::create_journal() {
  const auto abandoned = std::make_shared<std::atomic<bool>>(false);
  const journal::WriterOptions where{journal_folder(), options_.journal.sync_every,
                                     options_.journal.limit_bytes, options_.journal.part_bytes};
  auto made = run_within(file_system_limit(options_.timeout),
                         [abandoned, where, host = start_.name_in_file, header = journal_header()] {
                           auto keeper = std::make_shared<JournalKeeper>(host, header, where);
                           if (*abandoned) keeper->remove();
                           return keeper;
                         });
  if (made) {
    journal_ = std::move(*made);
    return;
  }
  *abandoned = true;
  journal_hang_ =
      fmt::format("{}: it has not answered for {} s", where.folder.string(),
                  std::chrono::duration<double>(file_system_limit(options_.timeout)).count());
}

void HostSession::begin(StartParameters parameters) {
  start_ = std::move(parameters);
  if (options_.duration) sampling_end_ = start_.grid.zero + *options_.duration;
  // A rank that cannot read anything only coordinates.
  if (options_.journal.enabled && unreadable_.empty()) create_journal();
  sampling::RecordSink sink;
  if (!journal_path().empty())
    sink = [journal = journal_](std::span<const std::byte> records) {
      return journal->keep(records);
    };
  recorder_ = std::make_shared<sampling::Recorder>(
      sample_options_, start_.grid,
      sampling::RecorderLimits{options_.max_samples, options_.max_memory_bytes}, std::move(sink),
      sampling::Devices::described);
}

sampling::SamplingThread& HostSession::start_sampling() {
  return sampling_.emplace(
      recorder_, sampling_end_,
      [scheduling = scheduling_, realtime = options_.realtime, cpu = options_.cpu] {
        scheduling->refused = schedule_sampling(realtime, cpu);
      });
}

std::string HostSession::sampling_error() const {
  return sampling_ && sampling_->has_ended() ? sampling_->error() : std::string();
}

std::string HostSession::journal_path() const {
  return journal_ ? journal_->path() : std::string();
}

std::string HostSession::journal_error() const {
  return journal_ ? journal_->error() : journal_hang_;
}

std::string HostSession::stuck() const {
  const std::lock_guard lock(stuck_mutex_);
  return stuck_;
}

void HostSession::set_stuck(std::string what) {
  const std::lock_guard lock(stuck_mutex_);
  stuck_ = std::move(what);
}

std::string HostSession::journal_loss() {
  if (std::string why = stuck(); !journal_ || !why.empty()) return why;
  // The sampling thread writes the journal until it has ended: what it lacks is not known before.
  if (sampling_ && !sampling_->has_ended()) return {};
  const auto loss = run_within(file_system_limit(options_.timeout),
                               [journal = journal_] { return journal->loss(); });
  return loss ? *loss : std::string("its disk does not answer");
}

void HostSession::remove_journal() {
  if (!journal_) return;
  const std::string path = journal_path();
  const std::string why = stuck();
  const bool removed =
      why.empty() &&
      run_within(file_system_limit(options_.timeout), [journal = std::exchange(journal_, nullptr)] {
        journal->remove();
        return true;
      }).has_value();
  if (!removed && !path.empty())
    base::log(
        "tscollect-mpi: {}: the journal {} could not be removed, because {}; the samples "
        "that it holds are in the file\n",
        hostname(), path, why.empty() ? "its disk does not answer" : why);
}

std::string HostSession::what_is_stuck() const {
  const auto activity = recorder_->activity();
  if (!activity) return "the thread that samples has not been run";
  const auto seconds = std::chrono::duration<double>(mono_now() - activity->since).count();
  if (activity->in_sink)
    return fmt::format("a write to the journal {} has not returned for {:.1f} s", journal_path(),
                       seconds);
  if (activity->reading)
    return fmt::format("a read of {} has not returned for {:.1f} s",
                       recorder_->sampler().path(*activity->reading).string(), seconds);
  return fmt::format("the last sample has not ended for {:.1f} s", seconds);
}

/// Sources that are missing in many samples because their readings were late. Of those that are
/// missing in a few, and stay away, a word is said at once.
std::string HostSession::what_came_late(bool ended) const {
  std::vector<std::string> late = hanging_at_start_;
  if (!ended) return fmt::format("{}", fmt::join(late, ", "));
  for (const sampling::LateSource& source : recorder_->sampler().late_sources()) {
    const std::string words =
        fmt::format("{} is missing in {} of {} samples: a read of {} {}", source.names,
                    source.samples, recorder_->samples(), source.path.string(),
                    source.is_out ? "does not return" : "was not back in time");
    if (block::misses_much(source.samples, recorder_->samples()))
      late.push_back(words);
    else if (source.is_out)
      base::log("tscollect-mpi: {}: {}\n", hostname(), words);
  }
  return fmt::format("{}", fmt::join(late, ", "));
}

block::HostBlock HostSession::finish(base::Deadline deadline) {
  const bool ended = sampling_->wait_for_end(deadline);
  if (!ended) set_stuck(what_is_stuck());
  // Excludes what an abandoned thread may still add.
  const std::size_t bytes = recorder_->store().bytes();
  block::BlockContext context;
  context.grid = recorder_->grid();
  context.summary.name = start_.name_in_file;
  context.summary.clock_at_start = start_.clock;
  context.summary.journal_error = journal_error();
  if (journal_ && ended && !journal_path().empty()) {
    const auto loss = run_within(file_system_limit(options_.timeout),
                                 [journal = journal_] { return journal->unexpected_loss(); });
    // From here on only the thread that waits for the journal's disk uses the journal.
    if (!loss) set_stuck("its disk does not answer");
    context.summary.journal_error = loss.value_or(stuck());
  }
  context.summary.facts = facts_;
  context.summary.absent_sources = absent_sources_;
  context.summary.reading_error = what_came_late(ended);
  context.summary.missed_ticks = recorder_->missed_ticks();
  context.summary.dropped_samples = recorder_->dropped_samples();
  context.summary.stored_bytes = static_cast<std::int64_t>(bytes);
  if (!ended)
    context.summary.sampling_error = stuck();
  else if (!sampling_->error().empty())
    context.summary.sampling_error = fmt::format("sampling failed: {}", sampling_->error());
  if (!context.summary.sampling_error.empty()) {
    const MonoTime end = std::min(mono_now(), sampling_end_);
    const std::int64_t due = (end - context.grid.zero) / context.grid.interval;
    context.summary.missed_ticks += std::max<std::int64_t>(0, due - recorder_->last_tick());
  }
  if (ended && journal_ && stuck().empty())
    context.summary.journal_bytes = static_cast<std::int64_t>(journal_->bytes());
  for (const stream::SourceReading& reading : recorder_->sampler().readings()) {
    context.recorded.push_back(&reading.table->source());
    if (ended) context.excluded_rows.push_back(reading.table->excluded_rows());
  }
  if (!ended) context.excluded_rows = excluded_at_start_;
  // Cost of sampling only; compression follows, after the benchmark has ended.
  const block::OwnCost cost = block::own_cost();
  context.summary.cpu_ns = cost.cpu_ns;
  context.summary.peak_memory_bytes = cost.peak_memory_bytes;
  auto block = block::build_block(
      [this, bytes](const block::RecordVisitor& visit) {
        recorder_->store().for_each_record(bytes, visit);
      },
      std::move(context));
  if (options_.is_private) block::hide_private(block);
  return block;
}

}  // namespace tscollect::collect
