#include "base/text/format.hpp"
#include "base/text/text_table.hpp"
#include "tool/info/info.hpp"

#include <fmt/format.h>

#include <utility>

namespace tscollect::tool {

std::string runs_text(const std::vector<RunReport>& reports) {
  base::TextTable table({"file", "completeness", "started", "duration", "hosts", "read MB/s",
                         "write MB/s", "CPU %", "rx MB/s", "tx MB/s", "missed", "errors"},
                        0, 4);
  for (const RunReport& report : reports) {
    const block::RunInfo& run = report.run;
    const auto& measures = report.summary.phases.front().measures;
    table.add({base::displayed(report.file), std::string(block::to_string(run.completeness)),
               run.start_time.empty() ? "-" : run.start_time,
               report.span ? base::long_duration(report.span->seconds()) : "-",
               fmt::format("{} of {}", run.hosts_collected.size(), run.hosts_requested.size()),
               mean_text(measures, "disk.read.throughput", megabyte),
               mean_text(measures, "disk.write.throughput", megabyte),
               mean_text(measures, "cpu.busy"), mean_text(measures, "net.rx.throughput", megabyte),
               mean_text(measures, "net.tx.throughput", megabyte),
               std::to_string(report.missed_ticks), std::to_string(report.errors)});
  }
  return table.text();
}

}  // namespace tscollect::tool
