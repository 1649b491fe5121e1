#include "base/text/format.hpp"
#include "base/text/text_table.hpp"
#include "tool/info/info.hpp"
#include "base/text/utc_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::tool {

namespace {

constexpr std::size_t most_phases_shown = 20;
constexpr std::size_t longest_name = 40;
constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

bool any_has(const std::vector<analysis::PhaseSummary>& phases, std::string_view name) {
  return std::ranges::any_of(phases, [name](const analysis::PhaseSummary& phase) {
    return analysis::find_measure(phase.measures, name) != nullptr;
  });
}

/// "write 1 (found)"; one within others is set in.
std::string name_of(const analysis::Phase& phase) {
  constexpr std::int64_t deepest_shown = 8;
  const auto level =
      static_cast<std::size_t>(std::clamp<std::int64_t>(phase.level, 0, deepest_shown));
  const std::string name = std::string(2 * level, ' ') + base::displayed(phase.name, longest_name);
  return phase.origin == analysis::PhaseOrigin::found ? name + " (found)" : name;
}

std::string throughput_table(const std::vector<analysis::PhaseSummary>& phases) {
  base::TextTable table(
      {"disks", "begins s", "lasts s", "read MB/s", "peak", "write MB/s", "peak"});
  for (const analysis::PhaseSummary& phase : phases) {
    const auto& measures = phase.measures;
    table.add({name_of(phase.phase), base::short_number(phase.period.begin),
               base::short_number(phase.period.seconds()),
               mean_text(measures, "disk.read.throughput", megabyte),
               peak_text(measures, "disk.read.throughput", megabyte),
               mean_text(measures, "disk.write.throughput", megabyte),
               peak_text(measures, "disk.write.throughput", megabyte)});
  }
  return table.text();
}

std::string requests_table(const std::vector<analysis::PhaseSummary>& phases) {
  base::TextTable table({"requests and CPU", "reads/s", "writes/s", "read ms", "write ms", "queue",
                         "CPU busy %", "iowait %"});
  for (const analysis::PhaseSummary& phase : phases) {
    const auto& measures = phase.measures;
    table.add({name_of(phase.phase), mean_text(measures, "disk.read.iops"),
               mean_text(measures, "disk.write.iops"), mean_text(measures, "disk.read.latency"),
               mean_text(measures, "disk.write.latency"), mean_text(measures, "disk.queue_depth"),
               mean_text(measures, "cpu.busy"), mean_text(measures, "cpu.iowait")});
  }
  return table.text();
}

std::string rdma_table(const std::vector<analysis::PhaseSummary>& phases) {
  if (!any_has(phases, "rdma.rx.throughput")) return {};
  base::TextTable table({"RDMA", "received MB/s", "peak", "sent MB/s", "peak"});
  for (const analysis::PhaseSummary& phase : phases)
    table.add({name_of(phase.phase), mean_text(phase.measures, "rdma.rx.throughput", megabyte),
               peak_text(phase.measures, "rdma.rx.throughput", megabyte),
               mean_text(phase.measures, "rdma.tx.throughput", megabyte),
               peak_text(phase.measures, "rdma.tx.throughput", megabyte)});
  return '\n' + table.text();
}

/// Whether any phase has traffic of that file system: idle mounts are not worth a table.
bool moves_bytes(const std::vector<analysis::PhaseSummary>& phases, const std::string& subject) {
  return std::ranges::any_of(phases, [&subject](const analysis::PhaseSummary& phase) {
    return std::ranges::any_of(phase.measures, [&subject](const analysis::Measure& measure) {
      return measure.quantity->name.starts_with(subject + '.') &&
             measure.quantity->name.ends_with(".throughput") &&
             measure.tally.peak().value_or(0) > 0;
    });
  });
}

/// What programs moved, what the servers did, and how long the servers took.
std::string file_system_table(const std::vector<analysis::PhaseSummary>& phases,
                              const std::string& title, const std::string& subject) {
  if (!moves_bytes(phases, subject)) return {};
  base::TextTable table({title, "read MB/s", "peak", "write MB/s", "peak", "from servers",
                         "to servers", "read ms", "write ms"});
  for (const analysis::PhaseSummary& phase : phases) {
    const auto& measures = phase.measures;
    table.add({name_of(phase.phase), mean_text(measures, subject + ".read.throughput", megabyte),
               peak_text(measures, subject + ".read.throughput", megabyte),
               mean_text(measures, subject + ".write.throughput", megabyte),
               peak_text(measures, subject + ".write.throughput", megabyte),
               mean_text(measures, subject + ".server_read.throughput", megabyte),
               mean_text(measures, subject + ".server_write.throughput", megabyte),
               mean_text(measures, subject + ".read.response_time"),
               mean_text(measures, subject + ".write.response_time")});
  }
  return '\n' + table.text();
}

std::string network_table(const std::vector<analysis::PhaseSummary>& phases) {
  base::TextTable table(
      {"network and memory", "received MB/s", "peak", "sent MB/s", "peak", "least available GiB"});
  for (const analysis::PhaseSummary& phase : phases) {
    const auto& measures = phase.measures;
    table.add(
        {name_of(phase.phase), mean_text(measures, "net.rx.throughput", megabyte),
         peak_text(measures, "net.rx.throughput", megabyte),
         mean_text(measures, "net.tx.throughput", megabyte),
         peak_text(measures, "net.tx.throughput", megabyte),
         phase.lowest_memory ? base::short_number(phase.lowest_memory->value / gibibyte) : "-"});
  }
  return table.text();
}

/// "read 1: without node03 for 12.0 s, in which it was not sampled"
std::string unsampled_text(const analysis::RunSummary& summary,
                           const std::vector<analysis::PhaseSummary>& phases) {
  constexpr std::size_t most_named = 3;
  std::string text;
  for (const analysis::PhaseSummary& phase : phases) {
    std::string hosts;
    std::size_t count = 0;
    for (const analysis::UnsampledHost& host : summary.unsampled)
      if (const double seconds = host.seconds_in(phase.period);
          seconds > 0 && ++count <= most_named)
        hosts += fmt::format("{}{} for {} s", hosts.empty() ? "" : ", ", base::displayed(host.name),
                             base::short_number(seconds));
    if (count > most_named) hosts += fmt::format(" and {} more", count - most_named);
    if (count > 0)
      text += base::wrapped(
          fmt::format("{}: without {} (not sampled)", name_of(phase.phase), hosts), 2, line_width);
  }
  return text;
}

/// "read 1: node101 is slowest, with 45.0 MB/s read, 45 % of the median host"
std::string notes_text(const std::vector<analysis::PhaseSummary>& phases,
                       const analysis::RunClock& clock) {
  constexpr double percent = 100;
  std::string text;
  for (const analysis::PhaseSummary& phase : phases)
    if (phase.slowest && phase.slowest->median > 0)
      text += base::wrapped(
          fmt::format("{}: slowest is {}, with {} MB/s ({}), {:.0f} % of the median host",
                      name_of(phase.phase), base::displayed(phase.slowest->name),
                      base::short_number(phase.slowest->value / megabyte),
                      phase.slowest->quantity->name,
                      percent * phase.slowest->value / phase.slowest->median),
          2, line_width);
  if (const auto& lowest = phases.front().lowest_memory)
    text += base::wrapped(
        fmt::format("least memory available: {} GiB on {} at {}",
                    base::short_number(lowest->value / gibibyte), base::displayed(lowest->host),
                    base::timestamp(clock.utc_ns(lowest->at))),
        2, line_width);
  return text;
}

}  // namespace

std::string mean_text(const std::vector<analysis::Measure>& measures, std::string_view name,
                      double unit) {
  const analysis::Tally* tally = analysis::find_measure(measures, name);
  return tally == nullptr ? "-" : base::short_number(*tally->mean() / unit);
}

std::string peak_text(const std::vector<analysis::Measure>& measures, std::string_view name,
                      double unit) {
  const analysis::Tally* tally = analysis::find_measure(measures, name);
  return tally == nullptr ? "-" : base::short_number(*tally->peak() / unit);
}

std::string phases_text(const RunReport& report) {
  const std::vector<analysis::PhaseSummary>& all = report.summary.phases;
  if (all.empty() || report.summary.steps < 2) return "\nOne sample or none: no rates\n";
  const std::size_t shown =
      report.everything ? all.size() : std::min(all.size(), most_phases_shown);
  const std::vector<analysis::PhaseSummary> phases(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown));
  std::string text = "\nAll hosts together\n" + throughput_table(phases) +
                     file_system_table(phases, "NFS", "nfs") +
                     file_system_table(phases, "Lustre", "lustre") + '\n' + requests_table(phases) +
                     '\n' + network_table(phases) + rdma_table(phases);
  if (const std::size_t more = all.size() - shown + report.summary.phases_left_out; more > 0)
    text += fmt::format("  and {} more phases\n", more);
  if (std::ranges::any_of(phases, [](const analysis::PhaseSummary& phase) {
        return phase.phase.origin == analysis::PhaseOrigin::found;
      }))
    text += "  (found): a period of activity found in the data, not marked; see tscollect(1)\n";
  return text + unsampled_text(report.summary, phases) + notes_text(phases, report.summary.clock);
}

}  // namespace tscollect::tool
