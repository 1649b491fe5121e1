#include "app/info.hpp"
#include "app/saturating.hpp"
#include "app/text_table.hpp"
#include "app/wording.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace tscollect::app {

namespace {

constexpr std::size_t longest_name = 20;
constexpr std::size_t most_names = 8;
constexpr std::size_t most_gaps = 5;

/// "node1, node2, node3 and 5 more"
std::string name_list(const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(names.size(), most_names); ++i)
    shown.push_back(printable(names[i]));
  std::string list = fmt::format("{}", fmt::join(shown, ", "));
  if (names.size() > shown.size()) list += fmt::format(" and {} more", names.size() - shown.size());
  return list;
}

/// "  started       2026-01-24T22:20:00.000Z", further lines below the value; nothing if empty.
std::string head_line(std::string_view name, const std::string& value) {
  constexpr std::size_t value_column = 16;
  if (value.empty()) return {};
  std::string lines = wrapped(printable(value), value_column, line_width);
  return lines.replace(0, value_column, fmt::format("  {:<{}}", name, value_column - 2));
}

std::string duration_of(const record::RunInfo& run) {
  const Result<WallTime> start = parse_timestamp(run.start_time);
  const Result<WallTime> end = parse_timestamp(run.end_time);
  if (!start || !end) return {};
  return long_duration(std::chrono::duration<double>(*end - *start).count());
}

std::string pairs(const std::map<std::string, std::string>& texts) {
  std::vector<std::string> shown;
  for (const auto& [name, text] : texts) shown.push_back(fmt::format("{}={}", name, text));
  return fmt::format("{}", fmt::join(shown, ", "));
}

std::string head_text(const RunReport& report) {
  const record::RunInfo& run = report.run;
  std::string text = fmt::format("{}: {}\n", printable(report.file), printable(run.title));
  text += head_line("completeness", std::string(record::to_string(run.completeness)));
  text += head_line("started", run.start_time);
  text += head_line("ended", run.end_time);
  text += head_line("duration", duration_of(run));
  text += head_line("stopped by", run.stop_reason);
  text += head_line("interval", fmt::format("{} s", run.collection_interval_seconds));
  text += head_line("samples", fmt::format("{} of {} ({} asked for)", run.num_samples,
                                           counted(std::ssize(run.hosts_collected), "host"),
                                           run.hosts_requested.size()));
  text += head_line("method", run.collection_method);
  text += head_line("labels", pairs(run.labels));
  text += head_line("job", pairs(run.job_ids));
  text += head_line("history", run.history);
  return text;
}

std::string clock_text(const record::HostSummary& summary) {
  const record::ClockOffset& clock =
      summary.clock_at_stop.uncertainty_ns >= 0 ? summary.clock_at_stop : summary.clock_at_start;
  if (clock.uncertainty_ns < 0) return "-";
  return fmt::format("{} ± {}", short_duration(clock.offset_ns),
                     short_duration(clock.uncertainty_ns));
}

std::string host_table_text(const RunReport& report) {
  TextTable table(
      {"host", "state", "samples", "missed", "dropped", "late p99", "max", "clock offset"}, 2, 2);
  for (const HostReport& host : report.hosts) {
    const record::HostSummary& summary = host.digest ? host.digest->summary : host.outcome.summary;
    const bool sampled = summary.samples > 0;
    table.add({printable(host.outcome.summary.name, longest_name),
               std::string(record::to_string(host.outcome.state)), std::to_string(summary.samples),
               std::to_string(summary.missed_ticks), std::to_string(summary.dropped_samples),
               sampled ? short_duration(summary.late_p99_ns) : "-",
               sampled ? short_duration(summary.late_max_ns) : "-", clock_text(summary)});
    const std::string& note = host.unreadable.empty() ? host.outcome.why : host.unreadable;
    if (!note.empty()) table.add_note(wrapped(printable(note), 6, line_width));
  }
  std::string text = "\nHosts\n" + table.text();
  if (report.hosts_left_out > 0)
    text += fmt::format("  and {} with less trouble, here and below; --all shows every host\n",
                        counted(static_cast<std::int64_t>(report.hosts_left_out), "host"));
  return text;
}

std::string gap_text(const TickGap& gap) {
  const std::int64_t ticks = gap.last - gap.first + 1;
  const std::string which = ticks == 1 ? fmt::format("tick {}", gap.first)
                                       : fmt::format("ticks {} to {}", gap.first, gap.last);
  return fmt::format("{}, before {}", which, timestamp(gap.before_ns));
}

std::string gaps_of_host(const HostReport& host, std::int64_t last_tick_of_run) {
  std::vector<TickGap> gaps = host.digest->gaps;
  std::ranges::stable_sort(gaps, std::ranges::greater{},
                           [](const TickGap& gap) { return gap.last - gap.first; });
  std::string text;
  const std::string name = printable(host.outcome.summary.name, longest_name);
  for (std::size_t i = 0; i < std::min(gaps.size(), most_gaps); ++i)
    text += fmt::format("  {}: {}\n", name, gap_text(gaps[i]));
  if (gaps.size() > most_gaps)
    text += fmt::format("  {}: and {} more, none longer\n", name, gaps.size() - most_gaps);
  const std::int64_t last_tick = std::max<std::int64_t>(host.digest->last_tick, -1);
  if (last_tick < last_tick_of_run - 1)
    text += fmt::format("  {}: ends with tick {}, {} before the others\n", name, last_tick,
                        counted(last_tick_of_run - last_tick, "tick"));
  return text;
}

std::string gaps_text(const RunReport& report) {
  std::int64_t last_tick = 0;
  for (const HostReport& host : report.hosts)
    if (host.digest) last_tick = std::max(last_tick, host.digest->last_tick);
  std::string text;
  for (const HostReport& host : report.hosts)
    if (host.digest) text += gaps_of_host(host, last_tick);
  return "\nGaps" + (text.empty() ? ": none\n" : "\n" + text);
}

/// The same error of several hosts is told once.
std::string errors_text(const RunReport& report) {
  std::map<std::pair<std::string, std::string>, std::pair<ErrorDigest, std::vector<std::string>>>
      by_message;
  for (const HostReport& host : report.hosts) {
    if (!host.digest) continue;
    for (const ErrorDigest& error : host.digest->errors) {
      auto& [sum, hosts] = by_message[{error.source, error.message}];
      if (hosts.empty()) {
        sum = error;
      } else {
        sum.count = saturating_sum(sum.count, error.count);
        sum.first_time_ns = std::min(sum.first_time_ns, error.first_time_ns);
        sum.last_time_ns = std::max(sum.last_time_ns, error.last_time_ns);
      }
      hosts.push_back(host.outcome.summary.name);
    }
  }
  if (by_message.empty()) return "\nErrors: none\n";
  std::string text = "\nErrors\n";
  for (const auto& [message, entry] : by_message) {
    const auto& [error, hosts] = entry;
    text += wrapped(fmt::format("{}: {}, {} to {}, on {}", printable(error.source),
                                counted(error.count, "time"), timestamp(error.first_time_ns),
                                timestamp(error.last_time_ns), name_list(hosts)),
                    2, line_width);
    text += wrapped(printable(error.message), 6, line_width);
  }
  return text;
}

std::string left_out_text(const RunReport& report) {
  std::map<std::pair<std::string, std::vector<std::string>>, std::vector<std::string>> hosts_of;
  for (const HostReport& host : report.hosts) {
    if (!host.digest) continue;
    for (const LeftOut& left_out : host.digest->left_out)
      hosts_of[{left_out.source, left_out.devices}].push_back(host.outcome.summary.name);
  }
  if (hosts_of.empty()) return {};
  std::string text = "\nLeft out by the device filters\n";
  for (const auto& [what, hosts] : hosts_of)
    text += wrapped(fmt::format("{}: {}; on {}", printable(what.first), name_list(what.second),
                                name_list(hosts)),
                    2, line_width);
  return text;
}

}  // namespace

std::string report_text(const RunReport& report) {
  std::string text = head_text(report) + host_table_text(report) + gaps_text(report) +
                     errors_text(report) + left_out_text(report);
  for (const HostReport& host : report.hosts) text += activity_text(host);
  return text;
}

}  // namespace tscollect::app
