#include "analysis/findings/host_rule.hpp"

#include "base/text/format.hpp"
#include "base/text/name_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace tscollect::analysis {

namespace {

constexpr std::size_t most_places = 8;
constexpr std::size_t most_parts = 3;

}  // namespace

void HostRule::add(std::size_t part, Hit hit) {
  Found& found = found_[part];
  ++found.count;
  if (found.last_host != hit.host) ++found.hosts;
  found.last_host = hit.host;
  std::string place = hit.device.empty() ? hit.host : fmt::format("{} of {}", hit.device, hit.host);
  found.places.emplace_back(hit.strength, std::move(place));
  std::ranges::stable_sort(found.places, std::ranges::greater{},
                           &std::pair<double, std::string>::first);
  if (found.places.size() > most_places) found.places.pop_back();
  if (found.count == 1 || hit.strength > found.strongest.strength) found.strongest = std::move(hit);
}

void HostRule::watch(double share, const std::string& host, const std::string& device,
                     const RunPart& part) {
  if (largest_share_ && share <= *largest_share_) return;
  largest_share_ = share;
  constexpr double least_told = 0.01;
  nearest_ = fmt::format("for {} {}, on {}",
                         share < least_told ? "less than 1 % of" : "at most " + share_text(share),
                         part.name, device.empty() ? host : fmt::format("{} of {}", device, host));
}

std::string HostRule::nearest() const {
  if (!largest_share_) return {};
  return *largest_share_ > 0 ? nearest_ : "at no time";
}

Finding HostRule::told(const Found& found, const RunPart& part) const {
  const Hit& hit = found.strongest;
  Finding finding;
  finding.rule = &description();
  finding.text = fmt::format("{} {} {}", found.places.front().second, hit.predicate, part.name);
  if (!hit.numbers.empty()) finding.text += ": " + hit.numbers;
  finding.text += '.';
  std::vector<std::string> others;
  for (const auto& [strength, place] : found.places) {
    finding.hosts.push_back(place);
    if (finding.hosts.size() > 1) others.push_back(place);
  }
  if (found.count == 2) finding.text += fmt::format(" So it was with {}.", others.front());
  if (found.count > 2)
    finding.text +=
        fmt::format(" So it was with {} more{}.", found.count - 1,
                    found.hosts > 1 ? fmt::format(", on {} hosts in all", found.hosts) : "");
  finding.host_count = found.count;
  finding.period = hit.when;
  finding.evidence = hit.evidence;
  return finding;
}

/// A finding for the whole run is not repeated for its parts.
std::vector<Finding> HostRule::finish(const RunSlots& /*run*/, const RuleContext& context) {
  std::vector<std::pair<std::size_t, const Found*>> ranked;
  for (const auto& [part, found] : found_) ranked.emplace_back(part, &found);
  std::ranges::stable_sort(ranked, [](const auto& one, const auto& other) {
    if ((one.first == 0) != (other.first == 0)) return one.first == 0;
    if (one.second->hosts != other.second->hosts) return one.second->hosts > other.second->hosts;
    return one.second->strongest.strength > other.second->strongest.strength;
  });
  const std::size_t most = found_.contains(0) ? 1 : most_parts;
  std::vector<Finding> findings;
  std::vector<std::string> further;
  for (const auto& [part, found] : ranked) {
    if (findings.size() < most)
      findings.push_back(told(*found, context.parts[part]));
    else
      further.push_back(context.parts[part].name);
  }
  if (!further.empty())
    findings.back().evidence.push_back({"likewise in", base::name_list(further, most_places), {}});
  return findings;
}

std::string share_text(double share) {
  constexpr double nearly_all = 0.995;
  return share >= nearly_all ? "all of" : fmt::format("{:.0f} % of", 100 * share);
}

std::string with_unit(double value, std::string_view unit) {
  struct Scale {
    std::string_view unit;
    double size;
    std::string_view name;
  };
  constexpr double kib = 1024;
  static constexpr auto scales = std::to_array<Scale>({{"bytes/s", 1e9, "GB/s"},
                                                       {"bytes/s", 1e6, "MB/s"},
                                                       {"bytes/s", 1e3, "kB/s"},
                                                       {"bytes", kib * kib * kib, "GiB"},
                                                       {"bytes", kib * kib, "MiB"},
                                                       {"bytes", kib, "KiB"},
                                                       {"1/s", 0, "a second"}});
  for (const Scale& scale : scales)
    if (scale.unit == unit && std::abs(value) >= scale.size)
      return fmt::format("{} {}", base::short_number(scale.size > 0 ? value / scale.size : value),
                         scale.name);
  return fmt::format("{} {}", base::short_number(value), unit);
}

std::string clock_text(const RunClock& clock, double seconds) {
  constexpr std::size_t date = sizeof("2026-01-24T") - 1;
  constexpr std::size_t time = sizeof("22:20:00") - 1;
  return base::timestamp(clock.utc_ns(seconds)).substr(date, time);
}

}  // namespace tscollect::analysis
