#pragma once

#include "analysis/host_digest.hpp"
#include "analysis/run_summary.hpp"
#include "block/run_info.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tscollect::tool {

/// A host of the run; without a digest if the file has no data of it or it cannot be read.
struct HostReport {
  block::HostOutcome outcome;
  std::optional<analysis::HostDigest> digest;  ///< in text without --all only its events
  std::string unreadable;                      ///< why it cannot be read
  analysis::HostActivity activity = {};  ///< in JSON: the activity of the host and its devices
};

/// The report of `tscollect info` about the run without its hosts. Hosts are processed one after
/// another, so that memory does not grow with their number.
struct RunReport {
  std::string file;
  block::RunInfo run;
  analysis::RunSummary summary;  ///< of the run, its phases and its devices
  std::vector<std::string> hosts_partial;
  std::vector<std::string> hosts_missing;
  std::optional<analysis::TimeSpan> span;  ///< over all hosts; nothing if there are no samples
  std::size_t hosts_of_run = 0;
  std::size_t hosts_left_out = 0;  ///< with problems, but not shown
  std::int64_t missed_ticks = 0;   ///< over all hosts, from the host table
  std::int64_t errors = 0;
  bool everything = false;  ///< --all
};

/// How severe a host's problems are: first missing data, then lost samples, then lateness. All
/// zero: none.
struct Trouble {
  int state = 0;
  std::int64_t lost = 0;
  std::int64_t late = 0;

  auto operator<=>(const Trouble&) const = default;  // NOLINT(modernize-use-nullptr): no pointer
};
[[nodiscard]] Trouble trouble_of(const block::HostOutcome& host);

/// Receives the hosts to show, in that order.
class ReportWriter {
 public:
  using Sink = std::function<void(std::string_view)>;

  ReportWriter() = default;
  ReportWriter(const ReportWriter&) = delete;
  ReportWriter& operator=(const ReportWriter&) = delete;
  virtual ~ReportWriter() = default;

  virtual void begin(const RunReport& report) = 0;
  virtual void add(const HostReport& host) = 0;
  virtual void end() = 0;
};

/// Text for users: results first; aligned, at most 100 columns unless names are longer. Written at
/// the end.
[[nodiscard]] std::unique_ptr<ReportWriter> text_report(ReportWriter::Sink sink);
/// JSON for programs: everything, in the units of the file. `indent`: as for nlohmann::json::dump.
[[nodiscard]] std::unique_ptr<ReportWriter> json_report(ReportWriter::Sink sink, int indent);

/// Quantities of the run and its phases, over all hosts.
[[nodiscard]] std::string phases_text(const RunReport& report);
/// Tables of devices by role.
[[nodiscard]] std::string devices_text(const RunReport& report);

/// The part of the text about problems: gaps, errors, counter resets; with --all also what filters
/// left out. Keeps only what it shows.
class EventsText {
 public:
  /// `last_tick`: last tick of the run.
  EventsText(std::int64_t last_tick, bool everything)
      : last_tick_(last_tick), everything_(everything) {}

  void add(const HostReport& host);
  [[nodiscard]] std::string text() const;

 private:
  /// The first names of hosts, and their number.
  struct Hosts {
    std::vector<std::string> first;
    std::size_t count = 0;

    void add(const std::string& name);
    [[nodiscard]] std::string text() const;
  };
  struct Error {
    analysis::ErrorDigest sum;
    Hosts hosts;
  };

  [[nodiscard]] std::string errors_text() const;

  std::int64_t last_tick_;
  bool everything_;
  std::string gaps_;
  std::string resets_;
  std::map<std::pair<std::string, std::string>, Error> errors_;  ///< by source and message
  std::map<std::string, Hosts> left_out_;                        ///< by message
  std::map<std::string, Hosts> absent_;
};

/// "node1, node2, node3 and 5 more": `first` of `count` names.
[[nodiscard]] std::string displayed_names(const std::vector<std::string>& first, std::size_t count);
[[nodiscard]] inline std::string displayed_names(const std::vector<std::string>& names) {
  return displayed_names(names, names.size());
}
/// The part of the text about one host: facts and active counters.
[[nodiscard]] std::string host_text(const HostReport& host);

/// Text with one line per run.
[[nodiscard]] std::string runs_text(const std::vector<RunReport>& reports);

/// A mean or peak of a measure, divided by `unit`, with about three digits; "-" if unknown.
[[nodiscard]] std::string mean_text(const std::vector<analysis::Measure>& measures,
                                    std::string_view name, double unit = 1);
[[nodiscard]] std::string peak_text(const std::vector<analysis::Measure>& measures,
                                    std::string_view name, double unit = 1);

inline constexpr double megabyte = 1e6;

/// Terminal columns for which the text is formatted.
inline constexpr std::size_t line_width = 100;

}  // namespace tscollect::tool
