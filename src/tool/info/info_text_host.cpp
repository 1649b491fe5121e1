#include "tool/info/info.hpp"
#include "base/text_table.hpp"
#include "base/format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::app {

namespace {

constexpr std::size_t longest_name = 28;
constexpr std::size_t most_devices = 4;
constexpr std::size_t most_counters = 6;
constexpr double kib_per_gib = 1024.0 * 1024.0;

std::string megabytes(double bytes) { return short_number(bytes / 1e6); }
std::string gibibytes(double kib) { return short_number(kib / kib_per_gib); }

std::string facts_text(const record::HostFacts& facts) {
  std::string text = printable(facts.kernel);
  if (facts.cpu_count > 0)
    text += fmt::format("; {} × {}", facts.cpu_count,
                        facts.cpu_model.empty() ? "CPU" : printable(facts.cpu_model));
  if (facts.memory_kib > 0)
    text += fmt::format("; {} GiB", gibibytes(static_cast<double>(facts.memory_kib)));
  return text.empty() ? text : wrapped(text, 2, line_width);
}

/// What the collector itself took of the host.
std::string cost_text(const HostDigest& digest) {
  const record::HostSummary& summary = digest.summary;
  const std::optional<TimeSpan>& span = digest.span;
  if (summary.samples == 0) return {};
  std::string text = fmt::format(
      "a sample took {} (p99 {}, longest {}); collector:", short_duration(summary.duration_p50_ns),
      short_duration(summary.duration_p99_ns), short_duration(summary.duration_max_ns));
  if (summary.cpu_ns > 0) {
    text += fmt::format(" {} of CPU", short_duration(summary.cpu_ns));
    if (span && span->seconds() > 0)
      text += fmt::format(", start included ({:.2g} % of a core)",
                          static_cast<double>(summary.cpu_ns) / 1e9 / span->seconds() * 100);
    text += fmt::format(", peak memory {} MB,",
                        megabytes(static_cast<double>(summary.peak_memory_bytes)));
  }
  text += fmt::format(" {} MB of samples", megabytes(static_cast<double>(summary.stored_bytes)));
  return wrapped(text, 2, line_width);
}

/// "and 5 others, idle" below a table that shows the first of `all`.
std::string others_text(std::size_t all, std::size_t shown, std::string_view noun) {
  if (all == shown) return {};
  const std::size_t others = all - shown;
  return fmt::format("    and {} other {}{}, less busy or idle\n", others, noun,
                     others == 1 ? "" : "s");
}

std::string disks_text(const HostDigest& digest) {
  const auto is_idle = [](const DiskActivity& disk) {
    return disk.read.mean + disk.written.mean <= 0 && disk.busy <= 0;
  };
  const auto busy = std::ranges::find_if(digest.disks, is_idle) - digest.disks.begin();
  const std::size_t shown = std::min(static_cast<std::size_t>(busy), most_devices);
  if (digest.disks.empty()) return {};
  if (shown == 0) return "  Disks: idle\n";
  TextTable table({"disk, MB/s", "read", "peak", "written", "peak", "busy"}, 4);
  for (std::size_t i = 0; i < shown; ++i) {
    const DiskActivity& disk = digest.disks[i];
    table.add({printable(disk.name, longest_name), megabytes(disk.read.mean),
               megabytes(disk.read.peak), megabytes(disk.written.mean),
               megabytes(disk.written.peak), fmt::format("{:.0f} %", disk.busy * 100)});
  }
  std::string text = table.text() + others_text(digest.disks.size(), shown, "disk");
  if (digest.partitions_unknown)
    text += "    sysfs did not say which of all devices are partitions: do not add them up\n";
  return text;
}

std::string interfaces_text(const HostDigest& digest) {
  const auto is_idle = [](const InterfaceActivity& interface) {
    return interface.received.mean + interface.sent.mean <= 0;
  };
  const auto busy = std::ranges::find_if(digest.interfaces, is_idle) - digest.interfaces.begin();
  const std::size_t shown = std::min(static_cast<std::size_t>(busy), most_devices);
  if (digest.interfaces.empty()) return {};
  if (shown == 0) return "  Interfaces: idle\n";
  TextTable table({"interface, MB/s", "received", "peak", "sent", "peak"}, 4);
  for (std::size_t i = 0; i < shown; ++i) {
    const InterfaceActivity& interface = digest.interfaces[i];
    table.add({printable(interface.name, longest_name), megabytes(interface.received.mean),
               megabytes(interface.received.peak), megabytes(interface.sent.mean),
               megabytes(interface.sent.peak)});
  }
  return table.text() + others_text(digest.interfaces.size(), shown, "interface");
}

std::string counters_text(const HostDigest& digest) {
  if (digest.counters.empty()) return {};
  TextTable table({"counter, per second", "mean", "peak", "unit"}, 4);
  for (std::size_t i = 0; i < std::min(digest.counters.size(), most_counters); ++i) {
    const CounterActivity& counter = digest.counters[i];
    table.add({printable(fmt::format("{}.{}", counter.source, counter.field), 2 * longest_name),
               short_number(counter.rate.mean), short_number(counter.rate.peak),
               printable(counter.unit, longest_name)});
  }
  return table.text();
}

std::string memory_text(const HostDigest& digest) {
  std::string text;
  if (digest.memory)
    text +=
        fmt::format("    memory available {} → {} GiB, lowest {} GiB at {}\n",
                    gibibytes(digest.memory->first_kib), gibibytes(digest.memory->last_kib),
                    gibibytes(digest.memory->lowest_kib), timestamp(digest.memory->lowest_time_ns));
  if (digest.impossible_memory)
    text += fmt::format(
        "    memory available: {} that cannot be real, left out, the first {} KiB at {}\n",
        counted(digest.impossible_memory->count, "value"), digest.impossible_memory->first_kib,
        timestamp(digest.impossible_memory->first_time_ns));
  if (digest.highest_load)
    text +=
        fmt::format("    highest load {} (over a minute)\n", short_number(*digest.highest_load));
  return text;
}

}  // namespace

std::string activity_text(const HostReport& host) {
  if (!host.digest) return {};
  const HostDigest& digest = *host.digest;
  std::string text = fmt::format("\n{}\n", printable(host.outcome.summary.name));
  text += facts_text(digest.summary.facts);
  text += cost_text(digest);
  if (digest.summary.samples < 2)
    return text + "    one sample or none: no rates\n" + memory_text(digest);
  return text + disks_text(digest) + interfaces_text(digest) + counters_text(digest) +
         memory_text(digest);
}

}  // namespace tscollect::app
