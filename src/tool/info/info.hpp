#pragma once

#include "analysis/host_digest.hpp"
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

namespace tscollect::app {

/// A host of the run; without a digest if nothing of it is in the file or it cannot be read.
struct HostReport {
  record::HostOutcome outcome;
  std::optional<HostDigest> digest;
  std::string unreadable;  ///< why it cannot be read
};

/// What `tscollect info` says of the run, apart from its hosts: those go by one after the other, so
/// that a run of any number of them takes little memory.
struct RunReport {
  std::string file;
  record::RunInfo run;
  std::vector<std::string> hosts_partial;
  std::vector<std::string> hosts_missing;
  std::optional<TimeSpan> span;  ///< over all hosts; nothing if there are no samples
  std::size_t hosts_left_out = 0;
  std::int64_t missed_ticks = 0;  ///< of all hosts, as the host table has them
  std::int64_t errors = 0;
};

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

/// For people: aligned, at most 100 columns as far as names allow. Written at the end.
[[nodiscard]] std::unique_ptr<ReportWriter> text_report(ReportWriter::Sink sink);
/// For programs: everything, in the units of the file. `indent` as nlohmann::json::dump.
[[nodiscard]] std::unique_ptr<ReportWriter> json_report(ReportWriter::Sink sink, int indent);

/// The part of the text about what went wrong: gaps, errors, counters that fell, what filters left
/// out. Keeps what it shows, and no digest.
class EventsText {
 public:
  /// `last_tick`: of the run.
  explicit EventsText(std::int64_t last_tick) : last_tick_(last_tick) {}

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
    ErrorDigest sum;
    Hosts hosts;
  };

  [[nodiscard]] std::string errors_text() const;

  std::int64_t last_tick_;
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
/// The part of it about what one host did.
[[nodiscard]] std::string activity_text(const HostReport& host);

/// For people: a line about each run, from its head alone.
[[nodiscard]] std::string runs_text(const std::vector<RunReport>& reports);

/// Columns of a terminal that the text is made for.
inline constexpr std::size_t line_width = 100;

}  // namespace tscollect::app
