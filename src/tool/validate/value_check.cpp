#include "tool/validate/value_check.hpp"

#include "store/hdf5/text.hpp"
#include "tool/validate/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tscollect::tool {

namespace {

using store::Diagnostics;

/// Failures kept per host; of further ones only the number is known.
constexpr std::size_t most_errors_kept = 1000;

std::int64_t row_of(std::size_t index) { return static_cast<std::int64_t>(index); }

}  // namespace

ValueCheck::ValueCheck(const store::ReadHost& layout, std::uint64_t samples,
                       Diagnostics& diagnostics)
    : layout_(layout),
      samples_(samples),
      diagnostics_(diagnostics),
      place_("/hosts/" + store::escape_name(layout.summary.name)) {
  for (const store::ReadSource& source : layout.sources)
    sources_.emplace_back(source.description, place_ + "/" + source.description.name, diagnostics);
}

void ValueCheck::take_times(const store::HostTimes& times) {
  check_ticks(times);
  check_clock(times);
  check_lateness(times);
}

void ValueCheck::take_cells(const store::HostTimes& times, const store::CellBlock& cells) {
  sources_[cells.source].take(times.first_row, cells);
}

void ValueCheck::check_ticks(const store::HostTimes& times) {
  const std::string path = place_ + "/tick";
  for (std::size_t i = 0; i < times.tick.size(); ++i) {
    const std::int64_t tick = times.tick[i];
    const std::int64_t row = row_of(times.first_row + i);
    if (tick == missing_integer)
      diagnostics_.error_at("missing-cell", path, row, "is missing");
    else if (tick < 0)
      diagnostics_.error_at("tick-order", path, row, fmt::format("is {}", tick));
    else if (last_tick_ && tick <= *last_tick_)
      diagnostics_.error_at("tick-order", path, row,
                            fmt::format("goes from {} to {}", *last_tick_, tick));
    last_tick_ = tick;
    const auto found = static_cast<std::uint64_t>(tick);
    if (tick >= 0 && found > expected_) gaps_ += found - expected_;
    expected_ = found + 1;
  }
}

void ValueCheck::check_clock(const store::HostTimes& times) {
  const std::string path = place_ + "/time";
  for (std::size_t i = 0; i < times.time_ns.size(); ++i) {
    const std::int64_t time = times.time_ns[i];
    const std::int64_t row = row_of(times.first_row + i);
    if (time == missing_integer || time <= 0)
      diagnostics_.error_at("missing-cell", path, row, "is not a valid time");
    else if (first_time_ && time <= last_time_)
      diagnostics_.add(
          {store::Severity::warning, "time-order", path, row,
           fmt::format("goes from {} to {} ns: the host's clock was set back", last_time_, time)});
    if (!first_time_) first_time_ = time;
    last_time_ = time;
  }
}

void ValueCheck::check_lateness(const store::HostTimes& times) {
  for (std::size_t i = 0; i < times.lateness_ns.size(); ++i) {
    const std::int64_t late = times.lateness_ns[i];
    const std::int64_t row = row_of(times.first_row + i);
    const bool last = times.first_row + i + 1 == samples_;
    if (late == missing_integer || (late < 0 && !last))
      diagnostics_.error_at(
          "lateness", place_ + "/lateness", row,
          fmt::format("is {} ns: only the last sample may be before its tick", late));
    if (late >= 0) latest_ = std::max(latest_.value_or(0), late);
    if (times.duration_ns[i] < 0)
      diagnostics_.error_at("duration", place_ + "/duration", row,
                            fmt::format("is {} ns", times.duration_ns[i]));
  }
}

/// Compares the host's row in the host table with its arrays.
void ValueCheck::check_summary() {
  const block::HostSummary& summary = layout_.summary;
  const auto compare = [&](const char* column, std::int64_t declared, std::int64_t found) {
    if (declared != found)
      diagnostics_.error(
          "declared-found", place_,
          fmt::format("has {} {} in the host table and {} in its arrays", column, declared, found));
  };
  compare("samples", summary.samples, row_of(samples_));
  if (!first_time_) return;
  compare("first", summary.first_time_ns, *first_time_);
  compare("last", summary.last_time_ns, last_time_);
  if (latest_) compare("lateness_max", summary.late_max_ns, *latest_);
  // After the last row more ticks may have been missed. Samples that a recovery did not find count
  // as dropped.
  const bool sensible = summary.missed_ticks >= 0 && summary.dropped_samples >= 0;
  if (!sensible || gaps_ > static_cast<std::uint64_t>(summary.missed_ticks) +
                               static_cast<std::uint64_t>(summary.dropped_samples))
    diagnostics_.error(
        "declared-found", place_,
        fmt::format("{} ticks are missing between its rows, but the host table counts {} "
                    "missed ticks and {} dropped samples",
                    gaps_, summary.missed_ticks, summary.dropped_samples));
}

void ValueCheck::check_errors() {
  const std::int64_t rows = row_of(samples_);
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < layout_.errors.size(); ++i) {
    const block::HostError& error = layout_.errors[i];
    const bool in_range =
        0 <= error.first_row && error.first_row <= error.last_row && error.last_row < rows;
    if (!in_range)
      diagnostics_.error_at(
          "error-list", place_ + "/error_first_row", row_of(i),
          fmt::format("goes from row {} to row {} of {}", error.first_row, error.last_row, rows));
    else if (error.count < 1 || error.count > error.last_row - error.first_row + 1)
      diagnostics_.error_at("error-list", place_ + "/error_count", row_of(i),
                            fmt::format("counts {} failures in rows {} to {}", error.count,
                                        error.first_row, error.last_row));
    else
      total += static_cast<std::uint64_t>(error.count);
  }
  const bool all_kept = layout_.errors.size() < most_errors_kept;
  if (all_kept && static_cast<std::int64_t>(total) != layout_.summary.error_count)
    diagnostics_.error("declared-found", place_,
                       fmt::format("has {} errors in the host table and {} in its lists",
                                   layout_.summary.error_count, total));
}

void ValueCheck::finish() {
  check_summary();
  check_errors();
  for (CellCheck& source : sources_) source.finish();
}

void check_values(const store::HostReader& host, Diagnostics& diagnostics) {
  ValueCheck check(host.layout(), host.samples(), diagnostics);
  host.visit(check);
  check.finish();
}

}  // namespace tscollect::tool
