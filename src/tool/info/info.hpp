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

/// A host of the run; without a digest if nothing of it is in the file or it cannot be read.
struct HostReport {
  block::HostOutcome outcome;
  std::optional<analysis::HostDigest> digest;  ///< as text without --all: its events alone
  std::string unreadable;                      ///< why it cannot be read
  analysis::HostActivity activity = {};        ///< in JSON: what it and its devices did
};

/// What `tscollect info` says of the run, apart from its hosts: those go by one after the other, so
/// that a run of any number of them takes little memory.
struct RunReport {
  std::string file;
  block::RunInfo run;
  analysis::RunSummary summary;  ///< what the run, its phases and its devices did
  std::vector<std::string> hosts_partial;
  std::vector<std::string> hosts_missing;
  std::optional<analysis::TimeSpan> span;  ///< over all hosts; nothing if there are no samples
  std::size_t hosts_of_run = 0;
  std::size_t hosts_left_out = 0;  ///< with trouble, and not shown
  std::int64_t missed_ticks = 0;   ///< of all hosts, as the host table has them
  std::int64_t errors = 0;
  bool everything = false;  ///< --all
};

/// How much there is to look at about a host: first what is missing, then how much was lost, then
/// how late it was. All zero: nothing.
struct Trouble {
  int state = 0;
  std::int64_t lost = 0;
  std::int64_t late = 0;

  auto operator<=>(const Trouble&) const = default;
};
[[nodiscard]] Trouble trouble_of(const block::HostOutcome& host);

/// Takes the hosts to be shown, in that order.
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

/// For people: answers first; aligned, at most 100 columns as far as names allow. Written at the
/// end.
[[nodiscard]] std::unique_ptr<ReportWriter> text_report(ReportWriter::Sink sink);
/// For programs: everything, in the units of the file. `indent` as nlohmann::json::dump.
[[nodiscard]] std::unique_ptr<ReportWriter> json_report(ReportWriter::Sink sink, int indent);

/// What the run and its phases did, all hosts together.
[[nodiscard]] std::string phases_text(const RunReport& report);
/// Devices by role.
[[nodiscard]] std::string devices_text(const RunReport& report);

/// The part of the text about what went wrong: gaps, errors, counter resets; with --all what
/// filters left out, too. Keeps what it shows, and no digest.
class EventsText {
 public:
  /// `last_tick`: of the run.
  EventsText(std::int64_t last_tick, bool everything)
      : last_tick_(last_tick), everything_(everything) {}

  void add(const HostReport& host);
  [[nodiscard]] std::string text() const;

 private:
  /// The first names of hosts, and how many there are.
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
  std::map<std::string, Hosts> left_out_;                        ///< by what it says
  std::map<std::string, Hosts> absent_;
};

/// "node1, node2, node3 and 5 more": `first` of `count` names.
[[nodiscard]] std::string name_list(const std::vector<std::string>& first, std::size_t count);
[[nodiscard]] inline std::string name_list(const std::vector<std::string>& names) {
  return name_list(names, names.size());
}
/// The part of it about what one host is, and which of its counters moved.
[[nodiscard]] std::string host_text(const HostReport& host);

/// For people: a line about each run.
[[nodiscard]] std::string runs_text(const std::vector<RunReport>& reports);

/// A mean or peak of a measure, divided by `unit`, in about three digits; "-" if it is not known.
[[nodiscard]] std::string mean_text(const std::vector<analysis::Measure>& measures,
                                    std::string_view name, double unit = 1);
[[nodiscard]] std::string peak_text(const std::vector<analysis::Measure>& measures,
                                    std::string_view name, double unit = 1);

inline constexpr double megabyte = 1e6;

/// Columns of a terminal that the text is made for.
inline constexpr std::size_t line_width = 100;

}  // namespace tscollect::tool
