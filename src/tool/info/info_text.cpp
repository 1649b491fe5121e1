#include "tool/info/info.hpp"
#include "base/text/format.hpp"
#include "base/text/text_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace tscollect::tool {

namespace {

/// "  started       2026-01-24T22:20:00.000Z", with further lines below the value; nothing if it is
/// empty.
std::string head_line(std::string_view name, const std::string& value) {
  constexpr std::size_t value_column = 16;
  if (value.empty()) return {};
  std::string lines = base::wrapped(base::displayed(value), value_column, line_width);
  return lines.replace(0, value_column, fmt::format("  {:<{}}", name, value_column - 2));
}

std::string pairs(const std::map<std::string, std::string>& texts) {
  std::vector<std::string> shown;
  shown.reserve(texts.size());
  for (const auto& [name, text] : texts) shown.push_back(fmt::format("{}={}", name, text));
  return fmt::format("{}", fmt::join(shown, ", "));
}

std::string command_text(const RunReport& report) {
  const block::RunCommand& command = *report.run.command;
  std::string text = command.line.empty() ? "not told" : command.line;
  text += command.exit_status ? fmt::format("; status {}", *command.exit_status) : "; not ended";
  for (const analysis::PhaseSummary& phase : report.summary.phases)
    if (phase.phase.origin == analysis::PhaseOrigin::command)
      text += fmt::format(", after {}", base::long_duration(phase.period.seconds()));
  return text;
}

std::string head_text(const RunReport& report) {
  const block::RunInfo& run = report.run;
  std::string text =
      fmt::format("{}: {}\n", base::displayed(report.file), base::displayed(run.title));
  text += head_line("completeness", std::string(block::to_string(run.completeness)));
  if (run.command) text += head_line("command", command_text(report));
  text += head_line("started", run.start_time);
  if (report.span) text += head_line("duration", base::long_duration(report.span->seconds()));
  text += head_line("stopped by", run.stop_reason);
  text += head_line("samples", fmt::format("{} of {} ({} asked for)", run.num_samples,
                                           base::counted(std::ssize(run.hosts_collected), "host"),
                                           run.hosts_requested.size()));
  text += head_line("partial", displayed_names(report.hosts_partial));
  text += head_line("missing", displayed_names(report.hosts_missing));
  text += head_line("labels", pairs(run.labels));
  text += head_line("job", pairs(run.job_ids));
  if (!report.everything) return text;
  text += head_line("ended", run.end_time);
  text += head_line("interval", fmt::format("{} s", run.collection_interval_seconds));
  text += head_line("method", run.collection_method);
  text += head_line("history", run.history);
  return text;
}

std::string clock_text(const block::HostSummary& summary) {
  const block::ClockOffset& clock =
      summary.clock_at_stop.is_measured() ? summary.clock_at_stop : summary.clock_at_start;
  if (!clock.is_measured()) return "-";
  return fmt::format("{} ± {}", base::short_duration(clock.offset_ns),
                     base::short_duration(clock.uncertainty_ns));
}

/// Receives hosts one after another and keeps only what is shown of each.
class TextReport final : public ReportWriter {
 public:
  explicit TextReport(Sink sink) : sink_(std::move(sink)) {}

  void begin(const RunReport& report) override {
    head_ = head_text(report) + phases_text(report);
    devices_ = devices_text(report);
    everything_ = report.everything;
    hosts_of_run_ = report.hosts_of_run;
    left_out_ = report.hosts_left_out;
    events_.emplace(report.span ? report.span->last_tick : 0, everything_);
    std::vector<std::string> heading = {"host",    "state",  "samples",  "missed",  "late",
                                        "dropped", "errors", "late p99", "late max"};
    // The clock of a single host is rank 0's own.
    shows_clocks_ = everything_ && hosts_of_run_ > 1;
    if (shows_clocks_) heading.emplace_back("clock offset");
    table_.emplace(std::move(heading), 2, 2);
  }

  void add(const HostReport& host) override {
    has_hosts_ = true;
    add_row(host);
    events_->add(host);
    if (everything_) hosts_ += host_text(host);
  }

  void end() override {
    sink_(head_ + table_text() + events_->text() + devices_ + hosts_);
    if (!everything_)
      sink_("\n--all shows every host, its devices, its clock, and all counters that moved\n");
  }

 private:
  [[nodiscard]] std::string table_text() const {
    const auto all = static_cast<std::int64_t>(hosts_of_run_);
    if (!has_hosts_) return fmt::format("\nHosts: {}, no trouble\n", base::counted(all, "host"));
    std::string text = everything_ ? "\nHosts, most trouble first\n" : "\nHosts with trouble\n";
    text += table_->text();
    if (left_out_ > 0)
      text += fmt::format("  and {} with less trouble\n",
                          base::counted(static_cast<std::int64_t>(left_out_), "host"));
    return text;
  }

  void add_row(const HostReport& host) {
    const block::HostSummary& summary = host.digest ? host.digest->summary : host.outcome.summary;
    const bool sampled = summary.samples > 0;
    std::vector<std::string> row = {base::displayed(host.outcome.summary.name),
                                    std::string(block::to_string(host.outcome.state)),
                                    std::to_string(summary.samples),
                                    std::to_string(summary.missed_ticks),
                                    std::to_string(summary.late_ticks),
                                    std::to_string(summary.dropped_samples),
                                    std::to_string(summary.error_count),
                                    sampled ? base::short_duration(summary.late_p99_ns) : "-",
                                    sampled ? base::short_duration(summary.late_max_ns) : "-"};
    if (shows_clocks_) row.push_back(clock_text(summary));
    table_->add(std::move(row));
    const std::string& note = host.unreadable.empty() ? host.outcome.why : host.unreadable;
    if (!note.empty()) table_->add_note(base::wrapped(base::displayed(note), 6, line_width));
  }

  Sink sink_;
  std::string head_;
  std::string devices_;
  std::string hosts_;
  std::optional<base::TextTable> table_;
  std::optional<EventsText> events_;
  bool everything_ = false;
  bool shows_clocks_ = false;
  bool has_hosts_ = false;
  std::size_t hosts_of_run_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace

Trouble trouble_of(const block::HostOutcome& host) {
  using enum block::HostState;
  constexpr std::int64_t share = 100;  // one late sample in a hundred is normal on a busy machine
  const block::HostSummary& summary = host.summary;
  Trouble error;
  error.state = host.state == missing ? 3 : host.state == partial ? 2 : 0;
  if (host.state == recovered) error.state = 1;
  for (const std::int64_t lost : {summary.missed_ticks, summary.dropped_samples,
                                  summary.error_count, summary.reset_count, summary.gap_count})
    if (__builtin_add_overflow(error.lost, lost, &error.lost))
      error.lost = std::numeric_limits<std::int64_t>::max();
  if (summary.late_ticks > summary.samples / share) error.late = summary.late_ticks;
  return error;
}

std::unique_ptr<ReportWriter> text_report(ReportWriter::Sink sink) {
  return std::make_unique<TextReport>(std::move(sink));
}

}  // namespace tscollect::tool
