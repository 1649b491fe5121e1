#include "block/clock_columns.hpp"
#include "store/columns/column_block.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <tscollect/run_writer.hpp>
#include <tscollect/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tscollect {

namespace {

base::FilePlace probed(const std::filesystem::path& path, bool replace) {
  Result<base::FilePlace> place = store::probe_target(path, replace);
  if (!place) throw FileError(place.error().message);
  return std::move(place).value();
}

}  // namespace

struct RunWriter::State {
  State(const std::filesystem::path& path, std::chrono::nanoseconds tick_interval, bool replace)
      : place(probed(path, replace)),
        existing(replace ? base::Existing::replace : base::Existing::keep),
        interval(tick_interval),
        writer(place, existing) {}

  base::FilePlace place;
  base::Existing existing;
  std::chrono::nanoseconds interval;
  store::RunFileWriter writer;
  std::vector<block::HostOutcome> hosts;
};

RunWriter::RunWriter(const std::filesystem::path& file, std::chrono::nanoseconds interval,
                     bool replace) {
  if (interval <= std::chrono::nanoseconds::zero())
    throw std::invalid_argument("the interval has to be above 0");
  state_ = std::make_unique<State>(file, interval, replace);
}
RunWriter::RunWriter(RunWriter&&) noexcept = default;
RunWriter& RunWriter::operator=(RunWriter&&) noexcept = default;
RunWriter::~RunWriter() = default;

void RunWriter::add_host(const HostColumns& host) {
  const auto is_it = [&](const block::HostOutcome& there) {
    return there.summary.name == host.name;
  };
  if (host.name.empty() || std::ranges::any_of(state_->hosts, is_it))
    throw std::invalid_argument(
        fmt::format("host '{}': names have to be there, and unique", host.name));
  const block::HostBlock block = store::block_from(host, state_->interval);
  state_->writer.add_host(block);
  block::HostOutcome& outcome = state_->hosts.emplace_back();
  outcome.summary = block.summary;
  if (!block::misses_much(block.summary)) return;
  outcome.state = HostState::partial;
  outcome.why = fmt::format("{} ticks missed", block.summary.missed_ticks);
}

void RunWriter::finish(const RunDescription& run) {
  block::RunInfo info =
      block::summarize(state_->hosts, std::chrono::duration<double>(state_->interval).count());
  if (!run.title.empty()) info.title = run.title;
  info.collection_method = run.collection_method;
  info.stop_reason = run.stop_reason;
  info.labels = run.labels;
  info.job_ids = run.job_ids;
  info.history = run.history.empty()
                     ? fmt::format("{} libtscollect {}", format_timestamp(wall_now()), version)
                     : run.history;
  state_->writer.finish(info, state_->hosts);
  store::write_sidecar(state_->place, info, state_->hosts, state_->existing);
}

}  // namespace tscollect
