#include "tool/info/info.hpp"
#include "base/checked_math.hpp"
#include "base/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace tscollect::app {

namespace {

constexpr std::size_t longest_name = 20;
constexpr std::size_t most_shown = 5;

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
  for (std::size_t i = 0; i < std::min(gaps.size(), most_shown); ++i)
    text += fmt::format("  {}: {}\n", name, gap_text(gaps[i]));
  if (const std::size_t all = host.digest->gap_count; all > most_shown)
    text += fmt::format("  {}: and {} more, none longer\n", name, all - most_shown);
  const std::int64_t last_tick = std::max<std::int64_t>(host.digest->last_tick, -1);
  if (last_tick < last_tick_of_run - 1)
    text += fmt::format("  {}: ends with tick {}, {} before the others\n", name, last_tick,
                        counted(last_tick_of_run - last_tick, "tick"));
  return text;
}

std::string gaps_text(const RunReport& report) {
  const std::int64_t last_tick = report.span ? report.span->last_tick : 0;
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
        add_times(sum, error);
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

std::string absent_text(const RunReport& report) {
  std::map<std::string, std::vector<std::string>> hosts_of;
  for (const HostReport& host : report.hosts)
    if (host.digest)
      for (const std::string& absent : host.digest->summary.absent_sources)
        hosts_of[absent].push_back(host.outcome.summary.name);
  if (hosts_of.empty()) return {};
  std::string text = "\nSources that hosts do not have\n";
  for (const auto& [absent, hosts] : hosts_of)
    text += wrapped(fmt::format("{}; on {}", printable(absent), name_list(hosts)), 2, line_width);
  return text;
}

std::string resets_text(const RunReport& report) {
  std::string text;
  for (const HostReport& host : report.hosts) {
    if (!host.digest) continue;
    const std::string name = printable(host.outcome.summary.name, longest_name);
    const auto& resets = host.digest->resets;
    const std::size_t shown = std::min(resets.size(), most_shown);
    for (std::size_t i = 0; i < shown; ++i)
      text += wrapped(fmt::format("{}: {} {}at {}: {}", name, printable(resets[i].source),
                                  resets[i].device.empty() ? "" : printable(resets[i].device) + ' ',
                                  timestamp(resets[i].time_ns), printable(resets[i].fields)),
                      2, line_width);
    const auto more =
        saturating_sum(host.digest->summary.reset_count, -static_cast<std::int64_t>(shown));
    if (more > 0) text += fmt::format("  {}: and {} more\n", name, more);
  }
  return text.empty() ? text : "\nCounters that fell, as what they count was made anew\n" + text;
}

}  // namespace

std::string name_list(const std::vector<std::string>& names) {
  constexpr std::size_t most_names = 8;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), most_names); ++i)
    list += (i == 0 ? "" : ", ") + printable(names[i]);
  if (names.size() > most_names) list += fmt::format(" and {} more", names.size() - most_names);
  return list;
}

std::string events_text(const RunReport& report) {
  return gaps_text(report) + errors_text(report) + resets_text(report) + left_out_text(report) +
         absent_text(report);
}

}  // namespace tscollect::app
