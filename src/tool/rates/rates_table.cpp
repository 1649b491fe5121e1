#include "tool/rates/rates.hpp"

#include "analysis/host_sums.hpp"
#include "base/text/format.hpp"
#include "base/log.hpp"
#include "tool/run_phases.hpp"
#include "base/text/utc_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace tscollect::tool {

namespace {

void complain(std::string_view what) { base::log("tscollect: {}\n", base::displayed(what)); }

/// Writes the rows of the series of one host.
class SeriesRows {
 public:
  SeriesRows(std::string host, const TableOptions& options, const analysis::RunClock& clock,
             RowWriter& writer)
      : host_(std::move(host)), options_(options), clock_(clock), writer_(writer) {}

  void add(const analysis::Intervals& intervals, std::size_t index, std::string_view device,
           const analysis::Quantity& quantity, const analysis::Fractions& fractions) {
    const auto [place, is_new] = series_.try_emplace(
        index, Kept{Resampler(options_.every_seconds), std::string(device), &quantity});
    writer_.begin_series(host_, device, quantity);
    take_times(intervals);
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      if (!options_.times.have(intervals.end[i], intervals.seconds[i])) continue;
      row_ = i;
      place->second.resampler.add(intervals.end[i], intervals.seconds[i], fractions.numerator[i],
                                  fractions.denominator[i], take_);
    }
  }

  void finish() {
    for (auto& [index, kept] : series_) {
      writer_.begin_series(host_, kept.device, *kept.quantity);
      kept.resampler.finish(take_);
    }
  }

 private:
  struct Kept {
    Resampler resampler;
    std::string device;
    const analysis::Quantity* quantity;
  };

  /// All series of a part have the same sample times.
  void take_times(const analysis::Intervals& intervals) {
    if (options_.every_seconds > 0 || intervals.end == ends_) return;
    ends_ = intervals.end;
    texts_.clear();
    for (const double end : ends_) texts_.push_back(base::utc_text(clock_.utc_ns(end)));
  }

  void write(const IntervalValue& value) {
    const std::int64_t ns = clock_.utc_ns(value.end);
    if (row_ < texts_.size())
      writer_.write(ns, texts_[row_], value.seconds, value.value);
    else
      writer_.write(ns, base::utc_text(ns), value.seconds, value.value);
  }

  std::string host_;
  const TableOptions& options_;
  const analysis::RunClock& clock_;
  RowWriter& writer_;
  std::vector<double> ends_;
  std::vector<std::string> texts_;  ///< times of the part's samples, if rows are not resampled
  std::size_t row_ = 0;
  std::map<std::size_t, Kept> series_;
  std::function<void(const IntervalValue&)> take_ = [this](const IntervalValue& value) {
    write(value);
  };
};

class DeviceTable final : public analysis::SeriesVisitor {
 public:
  explicit DeviceTable(SeriesRows& rows) : rows_(rows) {}

  void begin_part(const analysis::Intervals& /*intervals*/) override {}
  void take(const analysis::Intervals& intervals, const analysis::Series& series) override {
    rows_.add(intervals, series.index, series.device, *series.quantity, *series.fractions);
  }

 private:
  SeriesRows& rows_;
};

/// Calls `read` with the name of each chosen host.
template <class Read>
base::ExitStatus for_each_host(const RunInput& input, const TableOptions& options,
                               const Read& read) {
  const std::vector<std::string> names = input.collected();
  auto status = base::ExitStatus::complete;
  base::Progress progress("reading", names.size(), "hosts", false);
  std::size_t done = 0;
  for (const std::string& name : names) {
    progress.show(done++);
    if (!options.hosts.fit(name)) continue;
    try {
      read(name);
    } catch (const analysis::UnreadableHost& error) {
      complain(error.what());
      status = base::ExitStatus::incomplete;
    }
  }
  return status;
}

base::ExitStatus write_hosts(const RunInput& input, const TableOptions& options,
                             const analysis::RunClock& clock, RowWriter& writer) {
  const analysis::SeriesChoice choice{
      options.quantities, [&options](std::string_view name) { return options.devices.fit(name); },
      options.per == Per::host};
  return for_each_host(input, options, [&](const std::string& name) {
    SeriesRows rows(name, options, clock, writer);
    if (options.per == Per::device) {
      DeviceTable table(rows);
      analysis::read_series(input.reader(), name, choice, table);
    } else {
      analysis::HostSums sums(
          options.quantities, [&](const analysis::Intervals& intervals, std::size_t quantity,
                                  const analysis::Fractions& sum) {
            rows.add(intervals, quantity, {}, *options.quantities[quantity], sum);
          });
      analysis::read_series(input.reader(), name, choice, sums);
    }
    rows.finish();
  });
}

void write_sums(const analysis::RunSums& sums, const TableOptions& options,
                const analysis::RunClock& clock, RowWriter& writer) {
  const analysis::TickGrid& grid = sums.grid();
  const auto take = [&](const IntervalValue& value) {
    const std::int64_t ns = clock.utc_ns(value.end);
    writer.write(ns, base::utc_text(ns), value.seconds, value.value);
  };
  for (std::size_t i = 0; i < sums.quantities().size(); ++i) {
    if (!sums.has(i)) continue;
    writer.begin_series({}, {}, *sums.quantities()[i]);
    Resampler resampler(options.every_seconds);
    for (std::size_t step = 0; step < grid.size(); ++step)
      if (options.times.have(grid.end(step), grid.seconds(step)))
        resampler.add(grid.end(step), grid.seconds(step), sums.sums(i).numerator[step],
                      sums.sums(i).denominator[step], take);
    resampler.finish(take);
  }
}

/// Reads as many quantities at a time as fit in memory.
base::ExitStatus write_run(const RunInput& input, const TableOptions& options,
                           const analysis::RunClock& clock, RowWriter& writer) {
  const analysis::TickGrid grid = analysis::grid_of(input.reader());
  const std::size_t at_once = analysis::quantities_at_once(grid.size());
  auto status = base::ExitStatus::complete;
  for (std::size_t first = 0; first < options.quantities.size(); first += at_once) {
    const std::size_t count = std::min(at_once, options.quantities.size() - first);
    const auto begin = options.quantities.begin() + static_cast<std::ptrdiff_t>(first);
    const std::vector<const analysis::Quantity*> chosen(begin,
                                                        begin + static_cast<std::ptrdiff_t>(count));
    const analysis::SeriesChoice choice{
        chosen, [&options](std::string_view name) { return options.devices.fit(name); }, true};
    analysis::RunSums sums(grid, chosen);
    status = for_each_host(input, options, [&](const std::string& name) {
      analysis::HostSums of_host(
          chosen, [&](const analysis::Intervals& intervals, std::size_t quantity,
                      const analysis::Fractions& sum) { sums.add(intervals, quantity, sum); });
      analysis::read_series(input.reader(), name, choice, of_host);
    });
    write_sums(sums, options, clock, writer);
  }
  return status;
}

}  // namespace

base::ExitStatus write_table(const RunInput& input, const TableOptions& options,
                             RowWriter& writer) {
  const analysis::RunClock clock = readable([&] { return analysis::clock_of(input.reader()); });
  if (options.per == Per::run) return write_run(input, options, clock, writer);
  return write_hosts(input, options, clock, writer);
}

}  // namespace tscollect::tool
