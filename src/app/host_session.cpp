#include "app/host_session.hpp"

#include "record/block_builder.hpp"
#include "record/host_facts.hpp"
#include "record/samples.hpp"

#include <fmt/format.h>

namespace tscollect::app {

namespace {

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
    : sample_options_(pose(options, rank)),
      max_samples_(options.max_samples),
      facts_(record::read_host_facts(sample_options_.procfs)) {
  record::Sampler trial(sample_options_);
  trial.read();
  if (trial.read_anything()) return;
  unreadable_ = fmt::format("nothing could be read below {}", sample_options_.procfs.string());
  for (const record::SourceReading& reading : trial.readings())
    if (!reading.error.empty()) unreadable_ += fmt::format("; {}", reading.error);
}

void HostSession::begin(record::TickGrid grid) {
  recorder_.emplace(sample_options_, grid, max_samples_);
}

record::HostBlock HostSession::finish(const std::string& name_in_file) const {
  record::BlockContext context;
  context.grid = recorder_->grid();
  context.summary.name = name_in_file;
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
