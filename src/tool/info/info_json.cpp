#include "tool/info/info.hpp"
#include "base/text/format.hpp"
#include "base/text/visible_json.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace tscollect::tool {

namespace {

using Json = nlohmann::ordered_json;

Json to_value(const analysis::Rate& rate) { return {{"mean", rate.mean}, {"peak", rate.peak}}; }

void add_clock(Json& host, const char* name, const block::ClockOffset& clock) {
  if (clock.uncertainty_ns < 0) return;
  host["clock_offset"][name] = {{"offset_ns", clock.offset_ns},
                                {"uncertainty_ns", clock.uncertainty_ns}};
}

Json to_value(const block::HostOutcome& outcome, const block::HostSummary& summary) {
  Json host = {{"name", outcome.summary.name},
               {"state", block::to_string(outcome.state)},
               {"why", outcome.why},
               {"samples", summary.samples}};
  if (summary.samples == 0) return host;
  host["first_time"] = base::timestamp(summary.first_time_ns);
  host["last_time"] = base::timestamp(summary.last_time_ns);
  host["missed_ticks"] = summary.missed_ticks;
  host["late_ticks"] = summary.late_ticks;
  host["dropped_samples"] = summary.dropped_samples;
  host["counter_resets"] = summary.reset_count;
  host["lateness_ns"] = {
      {"p50", summary.late_p50_ns}, {"p99", summary.late_p99_ns}, {"max", summary.late_max_ns}};
  host["sample_duration_ns"] = {{"p50", summary.duration_p50_ns},
                                {"p99", summary.duration_p99_ns},
                                {"max", summary.duration_max_ns}};
  host["absent_sources"] = summary.absent_sources;
  Json& cost = host["collector"] = {{"stored_bytes", summary.stored_bytes},
                                    {"journal_bytes", summary.journal_bytes}};
  if (summary.cpu_ns > 0) cost["cpu_ns"] = summary.cpu_ns;
  if (summary.peak_memory_bytes > 0) cost["peak_memory_bytes"] = summary.peak_memory_bytes;
  add_clock(host, "start", summary.clock_at_start);
  add_clock(host, "stop", summary.clock_at_stop);
  return host;
}

void add_events(Json& host, const analysis::HostDigest& digest) {
  host["gaps"] = Json::array();
  for (const block::TickGap& gap : digest.gaps)
    host["gaps"].push_back({{"first_tick", gap.first_tick},
                            {"last_tick", gap.last_tick},
                            {"before", base::timestamp(gap.next_time_ns)}});
  host["gap_count"] = digest.summary.gap_count;
  host["last_tick"] = digest.last_tick;
  host["errors"] = Json::array();
  for (const analysis::ErrorDigest& error : digest.errors)
    host["errors"].push_back({{"source", error.source},
                              {"message", error.message},
                              {"count", error.count},
                              {"first_time", base::timestamp(error.first_time_ns)},
                              {"last_time", base::timestamp(error.last_time_ns)}});
  host["resets"] = Json::array();
  for (const block::CounterReset& reset : digest.resets)
    host["resets"].push_back({{"source", reset.source},
                              {"device", reset.device},
                              {"fields", reset.fields},
                              {"row", reset.row},
                              {"time", base::timestamp(reset.time_ns)}});
  host["left_out"] = Json::object();
  for (const analysis::LeftOut& left_out : digest.left_out)
    host["left_out"][left_out.source] = left_out.devices;
}

/// By the names of tscollect rates --list. Unknown values are left out.
Json to_value(const std::vector<analysis::Measure>& measures) {
  Json value = Json::object();
  for (const analysis::Measure& measure : measures) {
    const analysis::Tally& tally = measure.tally;
    if (!tally.mean()) continue;
    value[std::string(measure.quantity->name)] = {{"mean", *tally.mean()},
                                                  {"peak", *tally.peak()},
                                                  {"lowest", *tally.lowest()},
                                                  {"unit", measure.quantity->unit}};
  }
  return value;
}

Json to_value(const analysis::PhaseSummary& summary, const analysis::RunClock& clock) {
  Json value = {{"name", summary.phase.name},
                {"origin", analysis::to_string(summary.phase.origin)},
                {"level", summary.phase.level},
                {"begin", base::timestamp(summary.phase.begin_ns)},
                {"end", base::timestamp(summary.phase.end_ns)},
                {"begin_seconds", summary.period.begin},
                {"seconds", summary.period.seconds()},
                {"metrics", to_value(summary.measures)}};
  if (const auto& slowest = summary.slowest)
    value["slowest_host"] = {{"name", slowest->name},
                             {"metric", slowest->quantity->name},
                             {"mean", slowest->value},
                             {"median_of_hosts", slowest->median}};
  if (const auto& lowest = summary.lowest_memory)
    value["lowest_memory"] = {{"host", lowest->host},
                              {"bytes", lowest->value},
                              {"time", base::timestamp(clock.utc_ns(lowest->at))}};
  return value;
}

/// Adds the host's values over the whole run.
void add_measures(Json& host, const analysis::HostActivity& activity) {
  host["metrics"] = to_value(activity.measures);
  host["devices"] = Json::array();
  for (const analysis::DeviceSummary& device : activity.devices)
    host["devices"].push_back({{"name", device.name},
                               {"role", device.role},
                               {"counted", device.counted},
                               {"metrics", to_value(device.measures)}});
  host["idle_devices"] = activity.idle_devices;
}

void add_activity(Json& host, const analysis::HostDigest& digest) {
  if (digest.memory)
    host["memory_available_kib"] = {
        {"first", digest.memory->first_kib},
        {"last", digest.memory->last_kib},
        {"lowest", digest.memory->lowest_kib},
        {"lowest_time", base::timestamp(digest.memory->lowest_time_ns)}};
  if (digest.impossible_memory)
    host["memory_available_impossible"] = {
        {"count", digest.impossible_memory->count},
        {"first_kib", digest.impossible_memory->first_kib},
        {"first_time", base::timestamp(digest.impossible_memory->first_time_ns)}};
  if (digest.highest_load) host["highest_load_1min"] = *digest.highest_load;
  host["counters"] = Json::array();
  for (const analysis::CounterActivity& counter : digest.counters)
    host["counters"].push_back({{"source", counter.source},
                                {"field", counter.field},
                                {"unit", counter.unit},
                                {"per_second", to_value(counter.rate)}});
}

Json head_of(const RunReport& report) {
  const block::RunInfo& run = report.run;
  Json value = {{"file", report.file},
                {"title", run.title},
                {"completeness", block::to_string(run.completeness)},
                {"collection_interval_seconds", run.collection_interval_seconds},
                {"start_time", run.start_time},
                {"end_time", run.end_time},
                {"duration_seconds", report.span ? Json(report.span->seconds()) : Json()},
                {"stop_reason", run.stop_reason},
                {"num_samples", run.num_samples},
                {"collection_method", run.collection_method},
                {"hosts_requested", run.hosts_requested},
                {"hosts_collected", run.hosts_collected},
                {"hosts_partial", report.hosts_partial},
                {"hosts_missing", report.hosts_missing},
                {"labels", run.labels},
                {"job_ids", run.job_ids},
                {"history", run.history}};
  if (run.command) {
    value["command"] = {{"line", run.command->line}, {"host", run.command->host}};
    if (run.command->exit_status) value["command"]["exit_status"] = *run.command->exit_status;
  }
  value["phases"] = Json::array();
  for (const analysis::PhaseSummary& phase : report.summary.phases)
    value["phases"].push_back(to_value(phase, report.summary.clock));
  for (std::size_t i = 0; i < report.summary.phases.size(); ++i)
    for (const analysis::UnsampledHost& host : report.summary.unsampled)
      if (const double seconds = host.seconds_in(report.summary.phases[i].period); seconds > 0)
        value["phases"][i]["unsampled_hosts"].push_back(
            {{"name", host.name}, {"seconds", seconds}});
  value["phases_left_out"] = report.summary.phases_left_out;
  return value;
}

/// The list of hosts is the last member, so that each host can be written when it has been read.
class JsonReport final : public ReportWriter {
 public:
  JsonReport(Sink sink, int indent) : sink_(std::move(sink)), indent_(indent) {}

  void begin(const RunReport& report) override {
    Json head = head_of(report);
    head["hosts"] = Json::array();
    const std::string text = dump(head);
    end_ = text.substr(text.rfind(']'));
    sink_(text.substr(0, text.size() - end_.size()));
  }

  void add(const HostReport& host) override {
    Json entry = to_value(host.outcome, host.digest ? host.digest->summary : host.outcome.summary);
    if (!host.unreadable.empty()) entry["unreadable"] = host.unreadable;
    if (host.digest) {
      add_events(entry, *host.digest);
      add_activity(entry, *host.digest);
      add_measures(entry, host.activity);
    }
    // Dumped inside enclosing objects, for the right indentation.
    Json around;
    around["hosts"].push_back(std::move(entry));
    std::string text = dump(around);
    const std::size_t begin = text.find('[') + 1;
    std::size_t end = text.rfind(']');
    closing_ = text.substr(0, end).substr(text.find_last_not_of(" \n", end - 1) + 1);
    end -= closing_.size();
    sink_((has_hosts_ ? "," : "") + text.substr(begin, end - begin));
    has_hosts_ = true;
  }

  void end() override { sink_(closing_ + end_ + '\n'); }

 private:
  [[nodiscard]] std::string dump(const Json& value) const {
    return base::visible_json(value.dump(indent_, ' ', false, Json::error_handler_t::replace));
  }

  Sink sink_;
  int indent_;
  std::string end_;
  std::string closing_;  ///< between the last host and the end of the list
  bool has_hosts_ = false;
};

}  // namespace

std::unique_ptr<ReportWriter> json_report(ReportWriter::Sink sink, int indent) {
  return std::make_unique<JsonReport>(std::move(sink), indent);
}

}  // namespace tscollect::tool
