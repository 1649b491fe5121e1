#include "tool/info/info.hpp"
#include "base/text/text_table.hpp"
#include "base/text/format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::tool {

namespace {

constexpr std::size_t most_counters = 20;
constexpr double kib_per_gib = 1024.0 * 1024.0;

std::string gibibytes(double kib) { return base::short_number(kib / kib_per_gib); }

std::string facts_text(const block::HostFacts& facts) {
  std::string text = base::displayed(facts.kernel);
  if (facts.cpu_count > 0)
    text += fmt::format("; {} × {}", facts.cpu_count,
                        facts.cpu_model.empty() ? "CPU" : base::displayed(facts.cpu_model));
  if (facts.memory_kib > 0)
    text += fmt::format("; {} GiB", gibibytes(static_cast<double>(facts.memory_kib)));
  return text.empty() ? text : base::wrapped(text, 2, line_width);
}

/// The collector's own cost on the host.
std::string cost_text(const analysis::HostDigest& digest) {
  const block::HostSummary& summary = digest.summary;
  const std::optional<analysis::TimeSpan>& span = digest.span;
  if (summary.samples == 0) return {};
  std::string text = fmt::format("a sample took {} (p99 {}, longest {}); collector:",
                                 base::short_duration(summary.duration_p50_ns),
                                 base::short_duration(summary.duration_p99_ns),
                                 base::short_duration(summary.duration_max_ns));
  if (summary.cpu_ns > 0) {
    text += fmt::format(" {} of CPU", base::short_duration(summary.cpu_ns));
    if (span && span->seconds() > 0)
      text += fmt::format(", start included ({:.2g} % of a core)",
                          static_cast<double>(summary.cpu_ns) / 1e9 / span->seconds() * 100);
    text +=
        fmt::format(", peak memory {} MB,",
                    base::short_number(static_cast<double>(summary.peak_memory_bytes) / megabyte));
  }
  text += fmt::format(" {} MB of samples",
                      base::short_number(static_cast<double>(summary.stored_bytes) / megabyte));
  return base::wrapped(text, 2, line_width);
}

std::string counters_text(const analysis::HostDigest& digest) {
  if (digest.counters.empty()) return {};
  base::TextTable table({"counter, per second", "mean", "peak", "unit"}, 4);
  for (std::size_t i = 0; i < std::min(digest.counters.size(), most_counters); ++i) {
    const analysis::CounterActivity& counter = digest.counters[i];
    table.add({base::displayed(fmt::format("{}.{}", counter.source, counter.field)),
               base::short_number(counter.rate.mean), base::short_number(counter.rate.peak),
               base::displayed(counter.unit)});
  }
  return table.text();
}

std::string memory_text(const analysis::HostDigest& digest) {
  std::string text;
  if (digest.memory)
    text += fmt::format("    memory available {} → {} GiB, lowest {} GiB at {}\n",
                        gibibytes(digest.memory->first_kib), gibibytes(digest.memory->last_kib),
                        gibibytes(digest.memory->lowest_kib),
                        base::timestamp(digest.memory->lowest_time_ns));
  if (digest.impossible_memory)
    text +=
        fmt::format("    memory available: {} impossible and left out, the first {} KiB at {}\n",
                    base::counted(digest.impossible_memory->count, "value"),
                    digest.impossible_memory->first_kib,
                    base::timestamp(digest.impossible_memory->first_time_ns));
  if (digest.highest_load)
    text += fmt::format("    highest load {} (over a minute)\n",
                        base::short_number(*digest.highest_load));
  return text;
}

}  // namespace

std::string host_text(const HostReport& host) {
  if (!host.digest) return {};
  const analysis::HostDigest& digest = *host.digest;
  return fmt::format("\n{}\n", base::displayed(host.outcome.summary.name)) +
         facts_text(digest.summary.facts) + cost_text(digest) + counters_text(digest) +
         memory_text(digest);
}

}  // namespace tscollect::tool
