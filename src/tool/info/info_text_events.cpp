#include "base/text/name_list.hpp"
#include "tool/info/info.hpp"
#include "base/checked_math.hpp"
#include "base/text/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace tscollect::tool {

namespace {

constexpr std::size_t most_shown = 5;
constexpr std::size_t most_names = 8;

/// Length in ticks, minus one.
std::int64_t length_of(const block::TickGap& gap) {
  return base::saturating_difference(gap.last_tick, gap.first_tick);
}

std::string gap_text(const block::TickGap& gap) {
  const std::string which = length_of(gap) == 0
                                ? fmt::format("tick {}", gap.first_tick)
                                : fmt::format("ticks {} to {}", gap.first_tick, gap.last_tick);
  return fmt::format("{}, before {}", which, base::timestamp(gap.next_time_ns));
}

std::string gaps_of_host(const HostReport& host, std::int64_t last_tick_of_run) {
  const block::HostSummary& summary = host.digest->summary;
  std::vector<block::TickGap> gaps = host.digest->gaps;
  std::ranges::stable_sort(gaps, std::ranges::greater{}, length_of);
  std::string text;
  const std::string name = base::displayed(summary.name);
  const std::size_t shown = std::min(gaps.size(), most_shown);
  for (std::size_t i = 0; i < shown; ++i)
    text += fmt::format("  {}: {}\n", name, gap_text(gaps[i]));
  const auto more = base::saturating_sum(summary.gap_count, -static_cast<std::int64_t>(shown));
  if (more > 0)
    text += fmt::format("  {}: and {} more{}\n", name, more,
                        std::ssize(gaps) == summary.gap_count ? ", none longer" : "");
  if (gaps.empty() && summary.missed_ticks > 0)
    text += fmt::format("  {}: {} missed; the file does not say which\n", name,
                        base::counted(summary.missed_ticks, "tick"));
  const std::int64_t last_tick = std::max<std::int64_t>(host.digest->last_tick, -1);
  if (last_tick < last_tick_of_run - 1)
    text += fmt::format("  {}: ends with tick {}, {} before the others\n", name, last_tick,
                        base::counted(last_tick_of_run - last_tick, "tick"));
  return text;
}

std::string resets_of_host(const HostReport& host) {
  std::string text;
  const std::string name = base::displayed(host.outcome.summary.name);
  const auto& resets = host.digest->resets;
  const std::size_t shown = std::min(resets.size(), most_shown);
  for (std::size_t i = 0; i < shown; ++i)
    text += base::wrapped(
        fmt::format("{}: {} {}at {}: {}", name, base::displayed(resets[i].source),
                    resets[i].device.empty() ? "" : base::displayed(resets[i].device) + ' ',
                    base::timestamp(resets[i].time_ns), base::displayed(resets[i].fields)),
        2, line_width);
  const auto more =
      base::saturating_sum(host.digest->summary.reset_count, -static_cast<std::int64_t>(shown));
  if (more > 0) text += fmt::format("  {}: and {} more\n", name, more);
  return text;
}

}  // namespace

void EventsText::Hosts::add(const std::string& name) {
  if (first.size() < most_names) first.push_back(name);
  ++count;
}

std::string EventsText::Hosts::text() const { return displayed_names(first, count); }

void EventsText::add(const HostReport& host) {
  if (!host.digest) return;
  const analysis::HostDigest& digest = *host.digest;
  const std::string& name = host.outcome.summary.name;
  gaps_ += gaps_of_host(host, last_tick_);
  resets_ += resets_of_host(host);
  // The same error of several hosts is shown once.
  for (const analysis::ErrorDigest& error : digest.errors) {
    Error& known = errors_[{error.source, error.message}];
    if (known.hosts.count == 0)
      known.sum = error;
    else
      analysis::add_times(known.sum, error);
    known.hosts.add(name);
  }
  for (const analysis::LeftOut& left_out : digest.left_out)
    left_out_[fmt::format("{}: {}", base::displayed(left_out.source),
                          displayed_names(left_out.devices))]
        .add(name);
  for (const std::string& source : digest.summary.absent_sources) absent_[source].add(name);
}

std::string EventsText::errors_text() const {
  if (errors_.empty()) return {};
  std::string text = "\nErrors\n";
  for (const auto& [message, error] : errors_) {
    text += base::wrapped(fmt::format("{}: {}, {} to {}, on {}", base::displayed(error.sum.source),
                                      base::counted(error.sum.count, "time"),
                                      base::timestamp(error.sum.first_time_ns),
                                      base::timestamp(error.sum.last_time_ns), error.hosts.text()),
                          2, line_width);
    text += base::wrapped(base::displayed(error.sum.message), 6, line_width);
  }
  return text;
}

std::string EventsText::text() const {
  std::string text = (gaps_.empty() ? "" : "\nGaps\n" + gaps_) + errors_text();
  if (!resets_.empty()) text += "\nCounter resets\n" + resets_;
  if (!everything_) return text;
  if (!left_out_.empty()) text += "\nLeft out by the device filters\n";
  for (const auto& [what, hosts] : left_out_)
    text += base::wrapped(fmt::format("{}; on {}", what, hosts.text()), 2, line_width);
  if (!absent_.empty()) text += "\nSources that hosts do not have\n";
  for (const auto& [source, hosts] : absent_)
    text += base::wrapped(fmt::format("{}; on {}", base::displayed(source), hosts.text()), 2,
                          line_width);
  return text;
}

std::string displayed_names(const std::vector<std::string>& first, std::size_t count) {
  std::vector<std::string> names;
  for (const std::string& name : std::span(first).first(std::min(first.size(), most_names)))
    names.push_back(base::displayed(name));
  return base::name_list(names, count, most_names, ", ");
}

}  // namespace tscollect::tool
