#include "collect/host_session.hpp"

#include "collect/job_environment.hpp"
#include "base/format.hpp"
#include "journal/folder.hpp"
#include "block/block_builder.hpp"
#include "block/host_facts.hpp"
#include "sampling/samples.hpp"
#include "base/log.hpp"
#include "table/source.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tscollect::app {

namespace {

constexpr std::size_t most_abandoned_told = 10;

SampleOptions pose(const CollectOptions& options, int rank) {
  SampleOptions sample = options.sample;
  if (sample.hostname.empty()) sample.hostname = record::local_hostname();
  if (options.posed_hosts.empty()) return sample;
  const auto index = static_cast<std::size_t>(rank);
  if (index >= options.posed_hosts.size() || options.posed_hosts[index].name == "auto") {
    sample.hostname += fmt::format("-{}", rank);
    return sample;
  }
  sample.hostname = options.posed_hosts[index].name;
  sample.procfs = options.posed_hosts[index].procfs.value_or(sample.procfs);
  return sample;
}

}  // namespace

HostSession::HostSession(const CollectOptions& options, int rank)
    : options_(options),
      sample_options_(pose(options, rank)),
      facts_(record::read_host_facts(sample_options_.procfs)) {
  record::Sampler trial(sample_options_);
  trial.read();
  for (const record::SourceReading& reading : trial.readings())
    excluded_at_start_.push_back(reading.table->excluded_rows());
  if (trial.read_anything()) return;
  unreadable_ = fmt::format("nothing could be read below {}", sample_options_.procfs.string());
  for (const record::SourceReading& reading : trial.readings())
    if (!reading.error.empty()) unreadable_ += fmt::format("; {}", reading.error);
}

std::filesystem::path HostSession::journal_folder() const {
  std::error_code ignored;
  const auto& folder = options_.journal.folder;
  return std::filesystem::absolute(folder.empty() ? journal::default_folder() : folder, ignored);
}

std::vector<std::string> HostSession::abandoned_journals() const {
  std::vector<std::string> paths;
  if (options_.journal.enabled)
    for (const auto& path : journal::abandoned_in(journal_folder(), most_abandoned_told))
      paths.push_back(path.string());
  return paths;
}

journal::Header HostSession::journal_header() const {
  journal::Header header;
  header.tool_version = version;
  header.run_id = admission_.run_id;
  header.host = admission_.name_in_file;
  header.hostname = hostname();
  header.start_time_ns = wall_now().time_since_epoch().count();
  header.zero_mono_ns = admission_.grid.zero.time_since_epoch().count();
  header.interval_ns = admission_.grid.interval.count();
  header.max_samples = options_.max_samples;
  for (const sources::Source& source : sources::registry())
    if (std::ranges::find(sample_options_.sources, source.description.name) !=
        sample_options_.sources.end())
      header.sources.emplace_back(source.description.name);
  header.excluded_rows = excluded_at_start_;
  header.host_count = admission_.host_count;
  header.hosts_requested = admission_.hosts;
  header.labels = options_.labels;
  header.job_ids = job_ids_from_environment();
  header.output = admission_.output;
  header.history = fmt::format("{} tscollect-mpi {}: {}", format_timestamp(wall_now()), version,
                               options_.command_line);
  header.facts = facts_;
  header.clock_at_start = admission_.clock;
  return header;
}

void HostSession::begin(Admission admission) {
  admission_ = std::move(admission);
  // A rank that cannot read anything only keeps time.
  if (options_.journal.enabled && unreadable_.empty())
    journal_.emplace(
        journal_header(),
        journal::WriterOptions{journal_folder(), options_.journal.sync_every,
                               options_.journal.limit_bytes, options_.journal.part_bytes});
  record::RecordSink sink;
  if (journal_ && journal_->exists())
    sink = [this](std::span<const std::byte> records) { keep(records); };
  recorder_.emplace(sample_options_, admission_.grid, options_.max_samples, std::move(sink));
}

void HostSession::keep(std::span<const std::byte> records) {
  if (!journal_->fault().empty()) return;
  static_cast<void>(journal_->append(records));
  if (journal_->part_is_full() && journal_->begin_part()) recorder_->restart_stream();
  if (journal_->fault().empty()) return;
  record::tell("tscollect-mpi: {}: {}; its journal ends after {} samples, and sampling goes on\n",
               admission_.name_in_file, journal_->fault(), journal_->samples());
}

std::string HostSession::journal_path() const {
  return journal_ && journal_->exists() ? journal_->path().string() : std::string();
}

std::string HostSession::journal_fault() const {
  return journal_ ? journal_->fault() : std::string();
}

std::string HostSession::journal_lack() const {
  if (!journal_) return {};
  std::string lack;
  if (journal_->dropped_samples() > 0)
    lack = fmt::format("the first {} have left it", counted(journal_->dropped_samples(), "sample"));
  if (!journal_->fault().empty())
    lack += fmt::format("{}ends after {}", lack.empty() ? "" : "; ",
                        counted(journal_->samples(), "sample"));
  if (const std::string damage = journal_->damage(); !damage.empty())
    lack += (lack.empty() ? "" : "; ") + damage;
  return lack;
}

void HostSession::remove_journal() {
  if (journal_) journal_->remove();
}

record::HostBlock HostSession::finish() const {
  record::BlockContext context;
  context.grid = recorder_->grid();
  context.summary.name = admission_.name_in_file;
  context.summary.clock_at_start = admission_.clock;
  context.summary.journal_bytes =
      journal_ ? static_cast<std::int64_t>(journal_->bytes()) : std::int64_t{0};
  context.summary.journal_fault = journal_fault();
  context.summary.facts = facts_;
  context.summary.missed_ticks = recorder_->missed_ticks();
  context.summary.dropped_samples = recorder_->dropped_samples();
  context.summary.stored_bytes = static_cast<std::int64_t>(recorder_->store().bytes());
  for (const record::SourceReading& reading : recorder_->sampler().readings()) {
    context.recorded.push_back(&reading.table->source());
    context.excluded_rows.push_back(reading.table->excluded_rows());
  }
  // What sampling cost; compressing comes after it, when the benchmark has ended.
  const record::OwnCost cost = record::own_cost();
  context.summary.cpu_ns = cost.cpu_ns;
  context.summary.peak_memory_bytes = cost.peak_memory_bytes;
  return record::build_block(
      [this](const record::RecordVisitor& visit) { recorder_->store().for_each_record(visit); },
      std::move(context));
}

}  // namespace tscollect::app
