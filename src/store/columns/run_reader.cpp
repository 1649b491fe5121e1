#include "store/run_file/run_file_reader.hpp"

#include <tscollect/run_reader.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>
#include <utility>

namespace tscollect {

namespace {

WallTime wall_time(std::int64_t ns) { return WallTime(std::chrono::nanoseconds(ns)); }

RunDescription describe(const block::RunInfo& run) {
  RunDescription description;
  description.title = run.title;
  description.interval_seconds = run.collection_interval_seconds;
  description.start_time = run.start_time;
  description.end_time = run.end_time;
  description.samples = run.num_samples;
  description.collection_method = run.collection_method;
  description.hosts_requested = run.hosts_requested;
  description.hosts_collected = run.hosts_collected;
  description.completeness = run.completeness;
  description.stop_reason = run.stop_reason;
  description.labels = run.labels;
  description.job_ids = run.job_ids;
  description.history = run.history;
  return description;
}

HostDescription describe(const block::HostOutcome& outcome) {
  const block::HostSummary& summary = outcome.summary;
  return {.name = summary.name,
          .state = outcome.state,
          .reason = outcome.why,
          .samples = summary.samples,
          .missed_ticks = summary.missed_ticks,
          .dropped_samples = summary.dropped_samples,
          .failed_readings = summary.error_count,
          .counter_resets = summary.reset_count,
          .first_time = wall_time(summary.first_time_ns),
          .last_time = wall_time(summary.last_time_ns),
          .clock_offset_ns = summary.clock_at_start.offset_ns,
          .clock_uncertainty_ns = summary.clock_at_start.uncertainty_ns};
}

SourceLayout describe(const block::HostSource& source) {
  SourceLayout layout{.name = source.name,
                      .type = source.values.type,
                      .fields = source.fields,
                      .row_dimension = source.row_dimension,
                      .row_name_field = source.row_name_field,
                      .kernel_document = source.kernel_document,
                      .summary = source.summary};
  for (const block::HostRow& row : source.rows) layout.rows.push_back(row.name);
  return layout;
}

/// Consecutive samples.
struct Samples {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

}  // namespace

struct RunReader::State {
  explicit State(const std::filesystem::path& path)
      : name(path.string()), reader(path), run(describe(reader.run())) {
    for (const block::HostOutcome& host : reader.hosts()) hosts.push_back(describe(host));
  }

  std::string name;
  store::RunFileReader reader;
  RunDescription run;
  std::vector<HostDescription> hosts;
};

struct RunHost::State {
  State(std::shared_ptr<const void> opened_file, std::string name, HostDescription host,
        store::HostReader opened)
      : file(std::move(opened_file)),
        place(fmt::format("{}: /hosts/{}", name, host.name)),
        description(std::move(host)),
        reader(std::move(opened)),
        times_ns(reader.read_times(0, reader.samples()).time_ns) {
    for (const store::ReadSource& source : reader.layout().sources) {
      sources.push_back(describe(source.description));
      const std::vector<std::string>& names = source.description.uint64_columns;
      uint64_columns.emplace_back(names.begin(), names.end());
    }
  }

  [[nodiscard]] Samples within(const TimeRange& range) const {
    const auto is_in = [&](std::int64_t ns) {
      return wall_time(ns) >= range.from && wall_time(ns) < range.until;
    };
    const auto first = std::ranges::find_if(times_ns, is_in);
    const auto last = std::find_if(times_ns.rbegin(), std::make_reverse_iterator(first), is_in);
    return {static_cast<std::uint64_t>(first - times_ns.begin()),
            static_cast<std::uint64_t>(last.base() - first)};
  }

  /// Position of the name in a list; throws if it is not there.
  template <class List, class Projection>
  [[nodiscard]] std::size_t find(const List& list, Projection projection, std::string_view name,
                                 std::string_view what) const {
    const auto found = std::ranges::find(list, name, projection);
    if (found == list.end())
      throw FileError(fmt::format("{}: there is no {} '{}'", place, what, name));
    return static_cast<std::size_t>(found - list.begin());
  }

  [[nodiscard]] Column read(std::string_view source_name, const std::string_view* device,
                            std::string_view field_name, const TimeRange& range) const {
    const std::size_t which = find(sources, &SourceLayout::name, source_name, "source");
    const SourceLayout& source = sources[which];
    if (source.row_dimension.empty() != (device == nullptr))
      throw FileError(
          fmt::format("{}: {} {}", place, source_name,
                      device == nullptr ? "has devices: name one" : "is a source without devices"));
    const std::size_t row =
        device == nullptr ? 0 : find(source.rows, std::identity(), *device, source.row_dimension);
    const std::size_t field = find(source.fields, &FieldDescription::name, field_name, "field");
    const Samples samples = within(range);
    std::vector<std::int64_t> bits =
        reader.read_column(which, row, field, samples.first, samples.count);
    Column column{.type = source.type};
    if (source.type == ValueType::real) {
      for (const std::int64_t cell : bits) column.real_cells.push_back(std::bit_cast<double>(cell));
      return column;
    }
    column.integer_cells = std::move(bits);
    column.is_uint64 = uint64_columns[which].contains(
        device == nullptr ? std::string(field_name) : fmt::format("{}.{}", *device, field_name));
    return column;
  }

  std::shared_ptr<const void> file;
  std::string place;  ///< for error messages
  HostDescription description;
  store::HostReader reader;
  std::vector<std::int64_t> times_ns;
  std::vector<SourceLayout> sources;
  std::vector<std::set<std::string>> uint64_columns;  ///< by source
};

RunHost::RunHost(std::shared_ptr<const State> state) : state_(std::move(state)) {}

const HostDescription& RunHost::description() const { return state_->description; }
const std::vector<SourceLayout>& RunHost::sources() const { return state_->sources; }

SampleTimes RunHost::times(const TimeRange& range) const {
  const Samples samples = state_->within(range);
  store::HostTimes read = state_->reader.read_times(samples.first, samples.count);
  SampleTimes times;
  times.times.reserve(read.time_ns.size());
  for (const std::int64_t ns : read.time_ns) times.times.push_back(wall_time(ns));
  times.ticks = std::move(read.tick);
  times.lateness_ns = std::move(read.lateness_ns);
  times.duration_ns = std::move(read.duration_ns);
  return times;
}

Column RunHost::column(std::string_view source, std::string_view field,
                       const TimeRange& range) const {
  return state_->read(source, nullptr, field, range);
}

Column RunHost::device_column(std::string_view source, std::string_view device,
                              std::string_view field, const TimeRange& range) const {
  return state_->read(source, &device, field, range);
}

RunReader::RunReader(const std::filesystem::path& file) : state_(std::make_shared<State>(file)) {}

const RunDescription& RunReader::run() const { return state_->run; }
const std::vector<HostDescription>& RunReader::hosts() const { return state_->hosts; }

RunHost RunReader::host(std::string_view name) const {
  store::HostReader opened = state_->reader.open_host(std::string(name));
  const auto found = std::ranges::find(state_->hosts, name, &HostDescription::name);
  return RunHost(std::make_shared<RunHost::State>(state_, state_->name, *found, std::move(opened)));
}

}  // namespace tscollect
