#include "analysis/host_sums.hpp"
#include "analysis/run_clock.hpp"
#include "analysis/run_sums.hpp"
#include "analysis/series_reader.hpp"

#include <tscollect/rates.hpp>

#include <fmt/format.h>

#include <cmath>

namespace tscollect {

namespace {

const analysis::Quantity& quantity_of(std::string_view metric) {
  const analysis::Quantity* quantity = analysis::find_quantity(metric);
  if (quantity == nullptr) throw FileError(fmt::format("{}: there is no such metric", metric));
  return *quantity;
}

/// Appends the values at the ends of the intervals; the very first sample ends none.
void append(const analysis::Intervals& intervals, const analysis::Fractions& fractions,
            const analysis::RunClock& clock, std::vector<RateValue>& values) {
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (intervals.seconds[i] <= 0) continue;
    const bool is_known = std::isfinite(fractions.numerator[i]) && fractions.denominator[i] > 0;
    values.push_back(
        {WallTime(std::chrono::nanoseconds(clock.utc_ns(intervals.end[i]))), intervals.seconds[i],
         is_known ? fractions.numerator[i] / fractions.denominator[i] : analysis::absent});
  }
}

class DeviceValues final : public analysis::SeriesVisitor {
 public:
  explicit DeviceValues(const analysis::RunClock& clock) : clock_(clock) {}

  void begin_part(const analysis::Intervals& /*intervals*/) override {}
  void take(const analysis::Intervals& intervals, const analysis::Series& series) override {
    is_there = true;
    append(intervals, *series.fractions, clock_, values);
  }

  std::vector<RateValue> values;
  bool is_there = false;

 private:
  const analysis::RunClock& clock_;
};

}  // namespace

std::vector<MetricDescription> metric_descriptions() {
  std::vector<MetricDescription> all;
  for (const analysis::Quantity& quantity : analysis::quantities())
    all.push_back({std::string(quantity.name), std::string(quantity.unit),
                   std::string(quantity.source), analysis::formula_of(quantity),
                   std::string(quantity.cannot_know)});
  return all;
}

struct RateReader::State {
  explicit State(const std::filesystem::path& file) : run(file), clock(analysis::clock_of(run)) {}

  store::RunFileReader run;
  analysis::RunClock clock;
};

RateReader::RateReader(const std::filesystem::path& file)
    : state_(std::make_shared<const State>(file)) {}

std::vector<RateValue> RateReader::of_device(std::string_view host, std::string_view device,
                                             std::string_view metric) const {
  DeviceValues visitor(state_->clock);
  try {
    analysis::read_series(
        state_->run, std::string(host),
        {{&quantity_of(metric)}, [device](std::string_view name) { return name == device; }, false},
        visitor);
  } catch (const analysis::UnreadableHost& error) {
    throw FileError(error.what());
  }
  if (!visitor.is_there)
    throw FileError(fmt::format("{}: has no {} of '{}'", host, metric, device));
  return std::move(visitor.values);
}

std::vector<RateValue> RateReader::of_host(std::string_view host, std::string_view metric) const {
  std::vector<RateValue> values;
  bool is_there = false;
  analysis::HostSums sums(
      {&quantity_of(metric)},
      [&](const analysis::Intervals& intervals, std::size_t, const analysis::Fractions& fractions) {
        is_there = true;
        append(intervals, fractions, state_->clock, values);
      });
  try {
    analysis::read_series(state_->run, std::string(host), {{&quantity_of(metric)}, {}, true}, sums);
  } catch (const analysis::UnreadableHost& error) {
    throw FileError(error.what());
  }
  if (!is_there) throw FileError(fmt::format("{}: has no {}", host, metric));
  return values;
}

std::vector<RateValue> RateReader::of_run(std::string_view metric) const {
  const analysis::Quantity& quantity = quantity_of(metric);
  const analysis::TickGrid grid = analysis::grid_of(state_->run);
  const analysis::RunSums sums = analysis::sums_of(state_->run, grid, {&quantity});
  if (!sums.has(0)) throw FileError(fmt::format("no host has {}", metric));
  const std::vector<double> known = sums.values(0);
  std::vector<RateValue> values;
  for (std::size_t step = 1; step < grid.size(); ++step)
    values.push_back({WallTime(std::chrono::nanoseconds(state_->clock.utc_ns(grid.end(step)))),
                      grid.seconds(step), known[step]});
  return values;
}

}  // namespace tscollect
