// The arrays of one host, against each other and against the host's row in the host table. They are
// checked as they are read, part by part.
#include "store/hdf5/text.hpp"
#include "tool/validate/cell_check.hpp"
#include "tool/validate/validate.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace tscollect::tool {

namespace {

/// Failures kept per host; of further ones only the number is known.
constexpr std::size_t most_errors_kept = 1000;

class ValueCheck final : public store::HostVisitor {
 public:
  /// `host` and `diagnostics` must outlive this object.
  ValueCheck(const store::ReadHost& host, std::uint64_t samples, store::Diagnostics& diagnostics)
      : host_(host),
        samples_(static_cast<std::int64_t>(samples)),
        diagnostics_(diagnostics),
        place_("/hosts/" + store::escape_name(host.summary.name)) {
    for (const store::ReadSource& source : host.sources)
      sources_.emplace_back(source.description, place_ + "/" + source.description.name,
                            diagnostics);
  }

  void take_times(const store::HostTimes& times) override {
    for (std::size_t i = 0; i < times.tick.size(); ++i) {
      const auto row = static_cast<std::int64_t>(times.first_row + i);
      check_tick(times.tick[i], row);
      check_time(times.time_ns[i], row);
      check_lateness(times.lateness_ns[i], row);
      if (times.duration_ns[i] < 0)
        diagnostics_.error_at("duration", place_ + "/duration", row, "is {} ns",
                              times.duration_ns[i]);
    }
  }

  void take_cells(const store::HostTimes& times, const store::CellBlock& cells) override {
    sources_[cells.source].take(times.first_row, cells);
  }

  /// Checks that need all samples.
  void finish() {
    check_summary();
    check_errors();
    for (CellCheck& source : sources_) source.finish();
  }

 private:
  void check_tick(std::int64_t tick, std::int64_t row) {
    if (tick == missing_integer)
      diagnostics_.error_at("missing-cell", place_ + "/tick", row, "is missing");
    else if (tick < 0)
      diagnostics_.error_at("tick-order", place_ + "/tick", row, "is {}", tick);
    else if (last_tick_ && tick <= *last_tick_)
      diagnostics_.error_at("tick-order", place_ + "/tick", row, "goes from {} to {}", *last_tick_,
                            tick);
    last_tick_ = tick;
    const auto found = static_cast<std::uint64_t>(tick);
    if (tick >= 0 && found > expected_) gaps_ += found - expected_;
    expected_ = found + 1;
  }

  void check_time(std::int64_t time, std::int64_t row) {
    if (time == missing_integer || time <= 0)
      diagnostics_.error_at("missing-cell", place_ + "/time", row, "is not a valid time");
    else if (first_time_ && time <= last_time_)
      diagnostics_.warn("time-order", place_ + "/time", row,
                        "goes from {} to {} ns: the host's clock was set back", last_time_, time);
    if (!first_time_) first_time_ = time;
    last_time_ = time;
  }

  void check_lateness(std::int64_t late, std::int64_t row) {
    if (late == missing_integer || (late < 0 && row + 1 != samples_))
      diagnostics_.error_at("lateness", place_ + "/lateness", row,
                            "is {} ns: only the last sample may be before its tick", late);
    if (late >= 0) latest_ = std::max(latest_.value_or(0), late);
  }

  /// Compares the host's row in the host table with its arrays.
  void check_summary() {
    const block::HostSummary& summary = host_.summary;
    const auto compare = [&](const char* column, std::int64_t declared, std::int64_t found) {
      if (declared != found)
        diagnostics_.error("declared-found", place_,
                           "has {} {} in the host table and {} in its arrays", column, declared,
                           found);
    };
    compare("samples", summary.samples, samples_);
    if (!first_time_) return;
    compare("first", summary.first_time_ns, *first_time_);
    compare("last", summary.last_time_ns, last_time_);
    if (latest_) compare("lateness_max", summary.late_max_ns, *latest_);
    // After the last row more ticks may have been missed. Samples that a recovery did not find
    // count as dropped.
    const bool sensible = summary.missed_ticks >= 0 && summary.dropped_samples >= 0;
    if (!sensible || gaps_ > static_cast<std::uint64_t>(summary.missed_ticks) +
                                 static_cast<std::uint64_t>(summary.dropped_samples))
      diagnostics_.error("declared-found", place_,
                         "{} ticks are missing between its rows, but the host table counts {} "
                         "missed ticks and {} dropped samples",
                         gaps_, summary.missed_ticks, summary.dropped_samples);
  }

  void check_errors() {
    std::uint64_t total = 0;
    std::int64_t index = 0;
    for (const block::HostError& error : host_.errors) {
      const bool in_range =
          0 <= error.first_row && error.first_row <= error.last_row && error.last_row < samples_;
      if (!in_range)
        diagnostics_.error_at("error-list", place_ + "/error_first_row", index,
                              "goes from row {} to row {} of {}", error.first_row, error.last_row,
                              samples_);
      else if (error.count < 1 || error.count > error.last_row - error.first_row + 1)
        diagnostics_.error_at("error-list", place_ + "/error_count", index,
                              "counts {} failures in rows {} to {}", error.count, error.first_row,
                              error.last_row);
      else
        total += static_cast<std::uint64_t>(error.count);
      ++index;
    }
    const bool all_kept = host_.errors.size() < most_errors_kept;
    if (all_kept && static_cast<std::int64_t>(total) != host_.summary.error_count)
      diagnostics_.error("declared-found", place_,
                         "has {} errors in the host table and {} in its lists",
                         host_.summary.error_count, total);
  }

  const store::ReadHost& host_;
  std::int64_t samples_;
  store::Diagnostics& diagnostics_;
  std::string place_;
  std::vector<CellCheck> sources_;
  std::optional<std::int64_t> last_tick_;
  std::optional<std::int64_t> first_time_;
  std::int64_t last_time_ = 0;
  std::optional<std::int64_t> latest_;  ///< the largest lateness that is not before the tick
  std::uint64_t gaps_ = 0;              ///< ticks missed before the first row or between rows
  std::uint64_t expected_ = 0;          ///< the next tick, if none is missed
};

}  // namespace

void check_values(const store::HostReader& host, store::Diagnostics& diagnostics) {
  ValueCheck check(host.layout(), host.samples(), diagnostics);
  host.visit(check);
  check.finish();
}

}  // namespace tscollect::tool
