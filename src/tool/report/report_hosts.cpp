// The page's data about hosts, and what could not be read.
#include "base/text/format.hpp"
#include "tool/natural_order.hpp"
#include "tool/report/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace tscollect::tool {

namespace {

constexpr std::size_t most_hosts = 200;
constexpr std::size_t most_kinds = 10;
constexpr std::size_t most_lines = 40;
constexpr std::size_t most_names = 8;
constexpr std::size_t most_hosts_looked_at = 200;

/// Names of hosts with something in common, the first of them.
struct Hosts {
  std::vector<std::string> first;
  std::size_t count = 0;

  void add(const std::string& host) {
    if (first.size() < most_names) first.push_back(shown(host));
    ++count;
  }
};

std::string kind_of(const block::HostFacts& facts) {
  constexpr double kib_per_gib = 1024.0 * 1024;
  std::string text = facts.kernel.empty() ? "kernel not known" : facts.kernel;
  if (const auto version = text.find(" #"); version != std::string::npos) text.resize(version);
  if (!facts.cpu_model.empty()) text += fmt::format("; {} × {}", facts.cpu_count, facts.cpu_model);
  if (facts.memory_kib > 0)
    text += fmt::format("; {} GiB",
                        base::short_number(static_cast<double>(facts.memory_kib) / kib_per_gib));
  return text;
}

void add_kinds(OrderedJson& data, const ReportContent& content) {
  std::map<std::string, std::size_t> kinds;
  for (const block::HostSummary& host : content.reduced->summaries) ++kinds[kind_of(host.facts)];
  std::vector<std::pair<std::string, std::size_t>> ranked(kinds.begin(), kinds.end());
  std::ranges::stable_sort(ranked, std::ranges::greater{},
                           &std::pair<std::string, std::size_t>::second);
  data["kinds"] = OrderedJson::array();
  for (std::size_t i = 0; i < std::min(ranked.size(), most_kinds); ++i)
    data["kinds"].push_back({{"hosts", ranked[i].second}, {"text", shown(ranked[i].first)}});
}

double seconds_of(const ReportContent& content) {
  return content.summary->phases.front().period.seconds();
}

/// CPU time of the collector, as a part of one CPU; nothing where it is not known.
std::optional<double> cpu_percent(const block::HostSummary& host, double run_seconds) {
  if (host.cpu_ns <= 0 || run_seconds <= 0) return std::nullopt;
  return 100 * static_cast<double>(host.cpu_ns) / 1e9 / run_seconds;
}

std::string cost_text(const std::vector<block::HostSummary>& hosts, double run_seconds) {
  constexpr double mib = 1024.0 * 1024;
  double sum = 0;
  double known = 0;
  std::int64_t memory = 0;
  std::int64_t stored = 0;
  for (const block::HostSummary& host : hosts) {
    if (const auto percent = cpu_percent(host, run_seconds)) {
      sum += *percent;
      ++known;
    }
    memory = std::max(memory, host.peak_memory_bytes);
    stored = std::max(stored, host.stored_bytes);
  }
  std::string text;
  if (known > 0) text += fmt::format("{} % of one CPU of a host", base::short_number(sum / known));
  if (memory > 0)
    text += fmt::format("{}at most {} MiB of memory", text.empty() ? "" : ", ",
                        base::short_number(static_cast<double>(memory) / mib));
  if (stored > 0)
    text += fmt::format("{}{} MiB of samples", text.empty() ? "" : ", ",
                        base::short_number(static_cast<double>(stored) / mib));
  return text;
}

/// Missing hosts first, then those that lost most.
std::vector<const block::HostOutcome*> by_trouble(const RunInput& input) {
  std::vector<const block::HostOutcome*> hosts;
  for (const block::HostOutcome& host : input.hosts()) hosts.push_back(&host);
  const auto trouble = [](const block::HostOutcome& host) {
    return std::tuple(static_cast<int>(host.state == block::HostState::missing),
                      static_cast<int>(host.state == block::HostState::partial),
                      host.summary.missed_ticks, host.summary.error_count);
  };
  std::ranges::stable_sort(hosts, [&](const auto* one, const auto* other) {
    if (trouble(*one) != trouble(*other)) return trouble(*one) > trouble(*other);
    return comes_before(one->summary.name, other->summary.name);
  });
  return hosts;
}

void add_host_list(OrderedJson& data, const ReportContent& content) {
  std::map<std::string, const block::HostSummary*> read;
  for (std::size_t i = 0; i < content.reduced->summaries.size(); ++i)
    read[content.reduced->hosts.hosts()[i]] = &content.reduced->summaries[i];
  const auto hosts = by_trouble(*content.input);
  data["hosts"] = OrderedJson::array();
  for (std::size_t i = 0; i < std::min(hosts.size(), most_hosts); ++i) {
    const auto found = read.find(hosts[i]->summary.name);
    const block::HostSummary& host = found == read.end() ? hosts[i]->summary : *found->second;
    const auto percent = cpu_percent(host, seconds_of(content));
    data["hosts"].push_back({{"name", shown(hosts[i]->summary.name)},
                             {"state", block::to_string(hosts[i]->state)},
                             {"samples", host.samples},
                             {"missed", host.missed_ticks},
                             {"late_ms", static_cast<double>(host.late_p99_ns) / 1e6},
                             {"errors", host.error_count},
                             {"cpu_percent", percent ? OrderedJson(*percent) : OrderedJson()}});
  }
  data["hosts_left_out"] = hosts.size() - std::min(hosts.size(), most_hosts);
}

/// Problems of hosts; the same problem of several hosts is reported once.
class Unread {
 public:
  explicit Unread(const analysis::RunClock& clock) : clock_(clock) {}

  void take(const std::string& host, const analysis::HostDigest& digest) {
    for (const analysis::ErrorDigest& error : digest.errors) {
      Error& known = errors_[{error.source, error.message}];
      if (known.hosts.count == 0)
        known.sum = error;
      else
        analysis::add_times(known.sum, error);
      known.hosts.add(host);
    }
    for (const analysis::LeftOut& left_out : digest.left_out)
      for (const std::string& device : left_out.devices)
        take_absent(host, fmt::format("{}: {} was left out by the device filters.", left_out.source,
                                      device));
    std::string gaps;
    for (std::size_t i = 0; i < std::min<std::size_t>(digest.gaps.size(), 3); ++i)
      gaps += fmt::format("{}{} to {}", gaps.empty() ? "no sample at the ticks " : ", ",
                          digest.gaps[i].first_tick, digest.gaps[i].last_tick);
    if (digest.gaps.size() > 3) gaps += " and others";
    if (!gaps.empty()) take_event(host, gaps, std::nullopt);
    if (digest.summary.reset_count <= 0) return;
    std::optional<double> at;
    std::string which;
    if (!digest.resets.empty()) {
      const block::CounterReset& first = digest.resets.front();
      at = clock_.seconds(first.time_ns);
      which = fmt::format(" ({}first {}{}{} at {})", digest.summary.reset_count > 1 ? "the " : "",
                          first.source, first.device.empty() ? "" : " of ", first.device,
                          base::timestamp(first.time_ns));
    }
    take_event(host,
               fmt::format("its counters were reset {}{}: no rate is shown for such a sample",
                           base::counted(digest.summary.reset_count, "time"), which),
               at);
  }
  /// `at`: seconds since tick 0, if known.
  void take_event(const std::string& host, const std::string& text, std::optional<double> at) {
    if (gaps_.size() >= most_lines) return;
    gaps_.push_back({{"host", shown(host)}, {"text", shown(text)}});
    if (at) gaps_.back()["at"] = *at;
  }
  void take_absent(const std::string& host, const std::string& what) { absent_[what].add(host); }

  void add_to(OrderedJson& value) const {
    value["errors"] = OrderedJson::array();
    for (const auto& [key, error] : errors_)
      if (value["errors"].size() < most_lines)
        value["errors"].push_back({{"source", shown(error.sum.source)},
                                   {"message", shown(error.sum.message)},
                                   {"count", error.sum.count},
                                   {"first", base::timestamp(error.sum.first_time_ns)},
                                   {"last", base::timestamp(error.sum.last_time_ns)},
                                   {"hosts", error.hosts.first},
                                   {"host_count", error.hosts.count}});
    value["absent"] = OrderedJson::array();
    for (const auto& [what, hosts] : absent_)
      if (value["absent"].size() < most_lines)
        value["absent"].push_back(
            {{"what", shown(what)}, {"hosts", hosts.first}, {"host_count", hosts.count}});
    value["gaps"] = gaps_;
  }

 private:
  struct Error {
    analysis::ErrorDigest sum;
    Hosts hosts;
  };
  std::map<std::pair<std::string, std::string>, Error> errors_;
  std::map<std::string, Hosts> absent_;
  std::vector<OrderedJson> gaps_;
  const analysis::RunClock& clock_;
};

}  // namespace

void add_hosts(OrderedJson& data, const ReportContent& content) {
  add_kinds(data, content);
  data["cost"] = {{"text", cost_text(content.reduced->summaries, seconds_of(content))}};
  add_host_list(data, content);
}

void add_unread(OrderedJson& data, const ReportContent& content) {
  OrderedJson value = {{"hosts", OrderedJson::array()}};
  OrderedJson notes = OrderedJson::array();
  Unread unread(content.phases->clock);
  std::size_t looked_at = 0;
  std::size_t not_looked_at = 0;
  for (const block::HostOutcome* host : by_trouble(*content.input)) {
    const block::HostSummary& summary = host->summary;
    if (!host->why.empty() && value["hosts"].size() < most_lines)
      value["hosts"].push_back({{"host", shown(summary.name)},
                                {"state", block::to_string(host->state)},
                                {"why", shown(host->why)}});
    const bool has_events =
        summary.error_count > 0 || summary.missed_ticks > 0 || summary.reset_count > 0;
    if (host->state == block::HostState::missing || !has_events) continue;
    if (looked_at >= most_hosts_looked_at) {
      ++not_looked_at;
      continue;
    }
    ++looked_at;
    try {
      unread.take(summary.name, content.input->events(summary.name));
    } catch (const base::UsageError&) {
      continue;  // listed with those that cannot be read
    }
  }
  for (const analysis::Unreadable& host : content.reduced->unreadable)
    value["hosts"].push_back(
        {{"host", shown(host.host)}, {"state", "unreadable"}, {"why", shown(host.why)}});
  for (std::size_t i = 0; i < content.reduced->summaries.size(); ++i)
    for (const std::string& source : content.reduced->summaries[i].absent_sources)
      unread.take_absent(content.reduced->hosts.hosts()[i], source);
  unread.add_to(value);
  if (not_looked_at > 0)
    notes.push_back(
        fmt::format("{} with errors or gaps of their own; tscollect info lists them.",
                    base::counted(static_cast<std::int64_t>(not_looked_at), "further host")));
  value["notes"] = std::move(notes);
  data["unread"] = std::move(value);
}

}  // namespace tscollect::tool
