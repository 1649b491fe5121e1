// What the arrays of one host say, against each other and against the host table.
#include "analysis/counter_rate.hpp"
#include "tool/validate/validate.hpp"
#include "store/hdf5/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <utility>

namespace tscollect::app {

namespace {

using store::Findings;

/// Failures kept per host; beyond that their number is all that is known.
constexpr std::size_t most_errors_kept = 1000;

std::int64_t row_of(std::size_t index) { return static_cast<std::int64_t>(index); }

void check_ticks(const store::ReadHost& host, const std::string& place, Findings& findings) {
  const std::string path = place + "/tick";
  for (std::size_t i = 0; i < host.tick.size(); ++i) {
    const std::int64_t tick = host.tick[i];
    if (tick == missing_integer)
      findings.error_at("missing-cell", path, row_of(i), "is missing");
    else if (tick < 0)
      findings.error_at("tick-order", path, row_of(i), fmt::format("is {}", tick));
    else if (i > 0 && tick <= host.tick[i - 1])
      findings.error_at("tick-order", path, row_of(i),
                        fmt::format("goes from {} to {}", host.tick[i - 1], tick));
  }
}

void check_times(const store::ReadHost& host, const std::string& place, Findings& findings) {
  const std::string path = place + "/time";
  for (std::size_t i = 0; i < host.time_ns.size(); ++i) {
    const std::int64_t time = host.time_ns[i];
    if (time == missing_integer || time <= 0)
      findings.error_at("missing-cell", path, row_of(i), "is no time");
    else if (i > 0 && time <= host.time_ns[i - 1])
      findings.add({store::Severity::warning, "time-order", path, row_of(i),
                    fmt::format("goes from {} to {} ns: the host's clock was set back",
                                host.time_ns[i - 1], time)});
  }
}

void check_lateness(const store::ReadHost& host, const std::string& place, Findings& findings) {
  for (std::size_t i = 0; i < host.lateness_ns.size(); ++i) {
    const std::int64_t late = host.lateness_ns[i];
    const bool last = i + 1 == host.lateness_ns.size();
    if (late == missing_integer || (late < 0 && !last))
      findings.error_at("lateness", place + "/lateness", row_of(i),
                        fmt::format("is {} ns: only the last sample comes before its tick", late));
    if (host.duration_ns[i] < 0)
      findings.error_at("duration", place + "/duration", row_of(i),
                        fmt::format("is {} ns", host.duration_ns[i]));
  }
}

/// What the host table says of this host against what its arrays hold.
void check_summary(const store::ReadHost& host, const std::string& place, Findings& findings) {
  const record::HostSummary& summary = host.summary;
  const auto compare = [&](const char* column, std::int64_t declared, std::int64_t found) {
    if (declared != found)
      findings.error(
          "declared-found", place,
          fmt::format("has {} {} in the host table and {} in its arrays", column, declared, found));
  };
  compare("samples", summary.samples, row_of(host.time_ns.size()));
  if (host.time_ns.empty()) return;
  compare("first", summary.first_time_ns, host.time_ns.front());
  compare("last", summary.last_time_ns, host.time_ns.back());
  std::vector<std::int64_t> late;
  for (const std::int64_t lateness : host.lateness_ns)
    if (lateness >= 0) late.push_back(lateness);
  if (!late.empty()) compare("lateness_max", summary.late_max_ns, *std::ranges::max_element(late));
  // Ticks that were missed before the first row or between two. Behind the last kept row more may
  // have been missed.
  std::uint64_t gaps = 0;
  std::uint64_t expected = 0;
  for (const std::int64_t tick : host.tick) {
    const auto found = static_cast<std::uint64_t>(tick);
    if (tick >= 0 && found > expected) gaps += found - expected;
    expected = found + 1;
  }
  // What a recovery did not find was sampled and counts as dropped.
  const bool sensible = summary.missed_ticks >= 0 && summary.dropped_samples >= 0;
  if (!sensible || gaps > static_cast<std::uint64_t>(summary.missed_ticks) +
                              static_cast<std::uint64_t>(summary.dropped_samples))
    findings.error("declared-found", place,
                   fmt::format("lacks {} ticks between its rows, and the host table says that {} "
                               "were missed and {} samples dropped",
                               gaps, summary.missed_ticks, summary.dropped_samples));
}

void check_errors(const store::ReadHost& host, const std::string& place, Findings& findings) {
  const std::int64_t rows = row_of(host.time_ns.size());
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < host.errors.size(); ++i) {
    const record::HostError& error = host.errors[i];
    const bool in_range =
        0 <= error.first_row && error.first_row <= error.last_row && error.last_row < rows;
    if (!in_range)
      findings.error_at(
          "error-list", place + "/error_first_row", row_of(i),
          fmt::format("goes from row {} to row {} of {}", error.first_row, error.last_row, rows));
    else if (error.count < 1 || error.count > error.last_row - error.first_row + 1)
      findings.error_at("error-list", place + "/error_count", row_of(i),
                        fmt::format("counts {} failures in rows {} to {}", error.count,
                                    error.first_row, error.last_row));
    else
      total += static_cast<std::uint64_t>(error.count);
  }
  const bool all_kept = host.errors.size() < most_errors_kept;
  if (all_kept && static_cast<std::int64_t>(total) != host.summary.error_count)
    findings.error("declared-found", place,
                   fmt::format("has {} errors in the host table and {} in its lists",
                               host.summary.error_count, total));
}

}  // namespace

void check_values(const store::ReadHost& host, Findings& findings) {
  const std::string place = "/hosts/" + store::escape_name(host.summary.name);
  check_ticks(host, place, findings);
  check_times(host, place, findings);
  check_lateness(host, place, findings);
  check_summary(host, place, findings);
  check_errors(host, place, findings);
  for (const store::ReadSource& source : host.sources)
    check_cells(source, place + "/" + source.description.name, findings);
}

}  // namespace tscollect::app
