// The page's data about the run and its phases.
#include "base/text/format.hpp"
#include "base/text/visible_json.hpp"
#include "tool/report/report.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tscollect::tool {

namespace {

using analysis::Measure;
using analysis::PhaseSummary;

/// Columns of the table of phases; those without values are left out.
constexpr auto phase_columns =
    std::to_array<TableColumn>({{"disk.read.throughput", "Disk read"},
                                {"disk.write.throughput", "Disk written"},
                                {"disk.read.iops", "Reads"},
                                {"disk.write.iops", "Writes"},
                                {"disk.read.latency", "Read latency"},
                                {"disk.write.latency", "Write latency"},
                                {"disk.queue_depth", "Queue depth"},
                                {"nfs.read.throughput", "NFS read"},
                                {"nfs.write.throughput", "NFS written"},
                                {"lustre.read.throughput", "Lustre read"},
                                {"lustre.write.throughput", "Lustre written"},
                                {"net.rx.throughput", "Received"},
                                {"net.tx.throughput", "Sent"},
                                {"rdma.rx.throughput", "RDMA received"},
                                {"rdma.tx.throughput", "RDMA sent"},
                                {"cpu.busy", "CPU busy"},
                                {"cpu.iowait", "CPU waiting"},
                                {"pressure.io.some", "Waiting for I/O"},
                                {"memory.available", "Memory available"}});

bool is_in_table(const analysis::RunSummary& summary, std::string_view quantity) {
  return std::ranges::any_of(summary.phases, [quantity](const PhaseSummary& phase) {
    const analysis::Tally* tally = find_measure(phase.measures, quantity);
    return tally != nullptr && *tally->peak() > 0;
  });
}

OrderedJson text_map(const std::map<std::string, std::string>& map) {
  OrderedJson value = OrderedJson::object();
  for (const auto& [key, text] : map) value[shown(key)] = shown(text);
  return value;
}

/// Mean and highest value; of the available memory the lowest value of a host.
OrderedJson cell_of(const PhaseSummary& phase, std::string_view quantity) {
  const analysis::Tally* tally = find_measure(phase.measures, quantity);
  if (tally == nullptr) return nullptr;
  if (quantity == scarce_quantity)
    return phase.lowest_memory ? OrderedJson{*tally->mean(), phase.lowest_memory->value}
                               : OrderedJson{*tally->mean()};
  return {*tally->mean(), *tally->peak()};
}

OrderedJson lowest_memory_of(const PhaseSummary& phase) {
  if (!phase.lowest_memory) return nullptr;
  return {{"host", shown(phase.lowest_memory->host)},
          {"value", phase.lowest_memory->value},
          {"at", phase.lowest_memory->at}};
}

/// Hosts that were not sampled in a part of the phase, those of the longest time first.
OrderedJson unsampled_in(const analysis::RunSummary& summary, const PhaseSummary& phase) {
  constexpr std::size_t most_named = 8;
  std::vector<std::pair<double, std::string_view>> hosts;
  for (const analysis::UnsampledHost& host : summary.unsampled)
    if (const double seconds = host.seconds_in(phase.period); seconds > 0)
      hosts.emplace_back(seconds, host.name);
  std::ranges::stable_sort(hosts, std::ranges::greater{},
                           &std::pair<double, std::string_view>::first);
  OrderedJson value = {{"count", hosts.size()}, {"hosts", OrderedJson::array()}};
  for (std::size_t i = 0; i < std::min(hosts.size(), most_named); ++i)
    value["hosts"].push_back({{"name", shown(hosts[i].second)}, {"seconds", hosts[i].first}});
  return value;
}

/// The times in which hosts were not sampled.
void add_unsampled(OrderedJson& data, const analysis::RunSummary& summary) {
  constexpr std::size_t most_periods = 200;
  OrderedJson periods = OrderedJson::array();
  std::size_t left_out = 0;
  for (const analysis::UnsampledHost& host : summary.unsampled) {
    left_out += host.left_out;
    for (const analysis::Period& period : host.periods)
      if (periods.size() < most_periods)
        periods.push_back(
            {{"host", shown(host.name)}, {"begin", period.begin}, {"end", period.end}});
      else
        ++left_out;
  }
  data["unsampled"] = {{"periods", std::move(periods)}, {"left_out", left_out}};
}

OrderedJson slowest_of(const PhaseSummary& phase) {
  if (!phase.slowest || phase.slowest->median <= 0) return nullptr;
  return {{"host", shown(phase.slowest->name)},
          {"percent", 100 * phase.slowest->value / phase.slowest->median},
          {"quantity", phase.slowest->quantity->name}};
}

}  // namespace

std::string shown(std::string_view text) { return base::displayed(text); }

void add_run(OrderedJson& data, const ReportContent& content) {
  const block::RunInfo& run = content.input->run();
  std::int64_t missed = 0;
  std::int64_t dropped = 0;
  std::size_t missing = 0;
  std::size_t partial = 0;
  std::int64_t resets = 0;
  OrderedJson reset_hosts = OrderedJson::array();
  constexpr std::size_t most_reset_hosts = 8;
  std::size_t hosts_with_resets = 0;
  constexpr std::int64_t most = 1'000'000'000'000;  // of a host, so that no sum overflows
  for (const block::HostOutcome& host : content.input->hosts()) {
    if (host.state == block::HostState::missing) ++missing;
    // Other reasons than those that are counted here.
    if (host.state == block::HostState::partial && host.summary.missed_ticks == 0 &&
        host.summary.dropped_samples == 0)
      ++partial;
    resets += std::clamp<std::int64_t>(host.summary.reset_count, 0, most);
    if (host.summary.reset_count > 0 && ++hosts_with_resets <= most_reset_hosts)
      reset_hosts.push_back(shown(host.summary.name));
    missed += std::clamp<std::int64_t>(host.summary.missed_ticks, 0, most);
    dropped += std::clamp<std::int64_t>(host.summary.dropped_samples, 0, most);
  }
  const analysis::PhaseSummary& whole = content.summary->phases.front();
  OrderedJson value = {{"completeness", block::to_string(run.completeness)},
                       {"start", shown(run.start_time)},
                       {"end", shown(run.end_time)},
                       {"seconds", whole.period.seconds()},
                       {"interval", run.collection_interval_seconds},
                       {"stop_reason", shown(run.stop_reason)},
                       {"labels", text_map(run.labels)},
                       {"job", text_map(run.job_ids)},
                       {"hosts", content.input->hosts().size()},
                       {"collected", content.input->hosts().size() - missing},
                       {"samples", run.num_samples},
                       {"missing", missing},
                       {"partial", partial},
                       {"missed", missed},
                       {"dropped", dropped},
                       {"resets", resets},
                       {"reset_hosts", std::move(reset_hosts)},
                       {"hosts_with_resets", hosts_with_resets},
                       {"unreadable", content.reduced->unreadable.size()}};
  if (run.command) {
    value["command"] = {{"line", shown(run.command->line)}, {"host", shown(run.command->host)}};
    if (run.command->exit_status) value["command"]["exit_status"] = *run.command->exit_status;
  }
  data["run"] = std::move(value);
  data["devices_left_out"] = content.reduced->devices_left_out;
  data["devices_judged"] = analysis::HostSlots::most_devices;
  data["clock"] = {{"zero_ns", std::to_string(content.phases->clock.utc_ns(0))}};
  const analysis::Slots& slots = content.reduced->fine;
  OrderedJson ends = OrderedJson::array();
  for (std::size_t slot = 0; slot < slots.size(); ++slot) ends.push_back(slots.end(slot));
  data["slots"] = {{"count", slots.size()},
                   {"steps", slots.grid().size()},
                   {"begin", slots.size() > 0 ? slots.begin(0) : 0},
                   {"points", slots.steps_per_slot() > 1 ? 2 : 1},
                   {"ends", std::move(ends)}};
}

void add_phases(OrderedJson& data, const ReportContent& content) {
  const analysis::RunSummary& summary = *content.summary;
  OrderedJson metrics = OrderedJson::array();
  std::vector<std::string_view> quantities;
  for (const TableColumn& column : phase_columns) {
    if (!is_in_table(summary, column.quantity)) continue;
    quantities.push_back(column.quantity);
    metrics.push_back({{"name", column.quantity},
                       {"title", column.title},
                       {"unit", analysis::find_quantity(column.quantity)->unit}});
  }
  OrderedJson phases = OrderedJson::array();
  OrderedJson rows = OrderedJson::array();
  OrderedJson slowest = OrderedJson::array();
  for (const PhaseSummary& phase : summary.phases) {
    phases.push_back({{"name", shown(phase.phase.name)},
                      {"origin", analysis::to_string(phase.phase.origin)},
                      {"host", shown(phase.phase.host)},
                      {"begin", phase.period.begin},
                      {"end", phase.period.end},
                      {"lowest_memory", lowest_memory_of(phase)},
                      {"unsampled", unsampled_in(summary, phase)}});
    OrderedJson row = OrderedJson::array();
    for (const std::string_view quantity : quantities) row.push_back(cell_of(phase, quantity));
    rows.push_back(std::move(row));
    slowest.push_back(slowest_of(phase));
  }
  data["phases"] = std::move(phases);
  add_unsampled(data, summary);
  data["phases_left_out"] = summary.phases_left_out;
  data["table"] = {
      {"metrics", std::move(metrics)}, {"rows", std::move(rows)}, {"slowest", std::move(slowest)}};
}

void add_findings(OrderedJson& data, const ReportContent& content) {
  data["findings"] = OrderedJson::array();
  for (const analysis::Finding& finding : content.reduced->findings) {
    const analysis::RuleDescription& rule = *finding.rule;
    OrderedJson evidence = OrderedJson::array();
    for (const analysis::Evidence& one : finding.evidence)
      evidence.push_back(
          {{"what", shown(one.what)}, {"value", shown(one.value)}, {"threshold", one.threshold}});
    OrderedJson hosts = OrderedJson::array();
    for (const std::string& host : finding.hosts) hosts.push_back(shown(host));
    OrderedJson value = {
        {"rule", rule.name},
        {"title", rule.title},
        {"severity", rule.kind == analysis::FindingKind::limit ? "limit" : "trouble"},
        {"text", shown(finding.text)},
        {"hosts", std::move(hosts)},
        {"host_count", finding.host_count},
        {"evidence", std::move(evidence)},
        {"rule_text", rule.rule},
        {"cannot_know", rule.cannot_know}};
    if (finding.period) {
      value["begin"] = finding.period->begin;
      value["end"] = finding.period->end;
    }
    data["findings"].push_back(std::move(value));
  }
  data["rules"] = OrderedJson::array();
  for (const analysis::JudgedRule& rule : content.reduced->rules)
    data["rules"].push_back({{"name", rule.description->name},
                             {"title", rule.description->title},
                             {"judged", rule.was_judged},
                             {"needs", rule.description->needs},
                             {"rule_text", rule.description->rule},
                             {"nearest", shown(rule.nearest)}});
}

void add_baseline(OrderedJson& data, const ReportContent& content) {
  data["comparison"] = OrderedJson::array();
  for (const BaselinePart& part : content.baseline) {
    OrderedJson value = comparison_value(part.comparison);
    // In the page the metrics are a list, to keep their order.
    OrderedJson metrics = OrderedJson::array();
    for (auto& [name, metric] : value["metrics"].items()) {
      OrderedJson one = {{"name", name}};
      one.update(metric);
      metrics.push_back(std::move(one));
    }
    for (OrderedJson& one : value["parts"])
      one["file"] =
          shown(std::filesystem::path(one["file"].get<std::string>()).filename().string());
    data["comparison"].push_back({{"phase", shown(part.phase)},
                                  {"parts", std::move(value["parts"])},
                                  {"metrics", std::move(metrics)}});
  }
}

std::string data_text(const ReportContent& content) {
  OrderedJson data = {{"program", fmt::format("tscollect {}", version)},
                      {"file", shown(content.file)}};
  add_run(data, content);
  add_hosts(data, content);
  add_devices(data, content);
  add_phases(data, content);
  add_findings(data, content);
  add_charts(data, content);
  add_baseline(data, content);
  add_unread(data, content);
  const std::string json =
      base::visible_json(data.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
  // This character occurs only in strings, where it can be escaped, so that nothing ends the
  // element.
  std::string text;
  text.reserve(json.size());
  for (const char letter : json)
    if (letter == '<')
      text += "\\u003c";
    else
      text += letter;
  return text;
}

}  // namespace tscollect::tool
