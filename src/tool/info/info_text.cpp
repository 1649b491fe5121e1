#include "tool/info/info.hpp"
#include "base/text_table.hpp"
#include "base/format.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <tuple>
#include <utility>

namespace tscollect::app {

namespace {

constexpr std::size_t longest_name = 20;

/// "  started       2026-01-24T22:20:00.000Z", further lines below the value; nothing if empty.
std::string head_line(std::string_view name, const std::string& value) {
  constexpr std::size_t value_column = 16;
  if (value.empty()) return {};
  std::string lines = wrapped(printable(value), value_column, line_width);
  return lines.replace(0, value_column, fmt::format("  {:<{}}", name, value_column - 2));
}

std::string pairs(const std::map<std::string, std::string>& texts) {
  std::vector<std::string> shown;
  shown.reserve(texts.size());
  for (const auto& [name, text] : texts) shown.push_back(fmt::format("{}={}", name, text));
  return fmt::format("{}", fmt::join(shown, ", "));
}

std::string command_text(const record::RunCommand& command) {
  const std::string status =
      command.exit_status ? fmt::format("status {}", *command.exit_status) : "not ended";
  return fmt::format("{} ({}, {} to {})", command.line.empty() ? "not told" : command.line, status,
                     command.begin, command.end.empty() ? "?" : command.end);
}

std::string head_text(const RunReport& report) {
  const record::RunInfo& run = report.run;
  std::string text = fmt::format("{}: {}\n", printable(report.file), printable(run.title));
  text += head_line("completeness", std::string(record::to_string(run.completeness)));
  text += head_line("started", run.start_time);
  text += head_line("ended", run.end_time);
  if (report.span) text += head_line("duration", long_duration(report.span->seconds()));
  text += head_line("stopped by", run.stop_reason);
  if (run.command) text += head_line("command", command_text(*run.command));
  text += head_line("interval", fmt::format("{} s", run.collection_interval_seconds));
  text += head_line("samples", fmt::format("{} of {} ({} asked for)", run.num_samples,
                                           counted(std::ssize(run.hosts_collected), "host"),
                                           run.hosts_requested.size()));
  text += head_line("partial", name_list(report.hosts_partial));
  text += head_line("missing", name_list(report.hosts_missing));
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

class TextReport final : public ReportWriter {
 public:
  explicit TextReport(Sink sink) : sink_(std::move(sink)) {}

  void begin(const RunReport& report) override {
    head_ = head_text(report);
    left_out_ = report.hosts_left_out;
    events_.emplace(report.span ? report.span->last_tick : 0);
  }

  void add(const HostReport& host) override {
    add_row(host);
    events_->add(host);
    activity_ += activity_text(host);
  }

  void end() override {
    sink_(head_ + "\nHosts\n" + table_.text());
    if (left_out_ > 0)
      sink_(fmt::format("  and {} with less trouble, here and below; --all shows every host\n",
                        counted(static_cast<std::int64_t>(left_out_), "host")));
    sink_(events_->text());
    sink_(activity_);
  }

 private:
  void add_row(const HostReport& host) {
    const record::HostSummary& summary = host.digest ? host.digest->summary : host.outcome.summary;
    const bool sampled = summary.samples > 0;
    table_.add({printable(host.outcome.summary.name, longest_name),
                std::string(record::to_string(host.outcome.state)), std::to_string(summary.samples),
                std::to_string(summary.missed_ticks), std::to_string(summary.late_ticks),
                std::to_string(summary.dropped_samples),
                sampled ? short_duration(summary.late_p99_ns) : "-",
                sampled ? short_duration(summary.late_max_ns) : "-", clock_text(summary)});
    const std::string& note = host.unreadable.empty() ? host.outcome.why : host.unreadable;
    if (!note.empty()) table_.add_note(wrapped(printable(note), 6, line_width));
  }

  Sink sink_;
  std::string head_;
  TextTable table_{
      {"host", "state", "samples", "missed", "late", "dropped", "p99", "max", "clock offset"},
      2,
      2};
  std::optional<EventsText> events_;
  std::string activity_;
  std::size_t left_out_ = 0;
};

}  // namespace

std::unique_ptr<ReportWriter> text_report(ReportWriter::Sink sink) {
  return std::make_unique<TextReport>(std::move(sink));
}

}  // namespace tscollect::app
