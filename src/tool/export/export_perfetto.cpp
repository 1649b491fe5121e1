// The JSON trace format:
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU Times are
// microseconds, here since the run's tick 0. Counters ("C") of one process (a host) are told apart
// by their names; phases are complete slices ("X") of process 0, the run.
#include "tool/export/export.hpp"

#include "analysis/run_summary.hpp"
#include "base/text/visible_json.hpp"
#include "tool/rates/rates.hpp"
#include "tool/run_phases.hpp"
#include "base/text/utc_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace tscollect::tool {

namespace {

constexpr double us_per_second = 1e6;
constexpr std::size_t most_tracks = 64;

std::string json_string(std::string_view text) {
  using Json = nlohmann::json;
  return base::visible_json(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
}

class TraceWriter final : public RowWriter {
 public:
  TraceWriter(Output& output, const analysis::RunClock& clock) : output_(output), clock_(clock) {}

  void name_process(int process, std::string_view name) {
    put(fmt::format(R"({{"ph":"M","name":"process_name","pid":{},"args":{{"name":{}}}}})", process,
                    json_string(name)));
  }

  void slice(const analysis::Phase& phase) {
    const analysis::Period period = analysis::period_of(phase, clock_);
    put(fmt::format(
        R"({{"ph":"X","name":{},"cat":"{}","pid":0,"tid":{},"ts":{:.3f},"dur":{:.3f}}})",
        json_string(phase.name), analysis::to_string(phase.origin), track_of(period),
        period.begin * us_per_second, period.seconds() * us_per_second));
  }

  void begin_series(std::string_view host, std::string_view device,
                    const analysis::Quantity& quantity) override {
    const auto [process, is_new] =
        processes_.try_emplace(std::string(host), static_cast<int>(processes_.size()) + 1);
    if (is_new) name_process(process->second, host);
    const std::string track =
        device.empty() ? std::string(quantity.name) : fmt::format("{} {}", quantity.name, device);
    front_ =
        fmt::format(R"({{"ph":"C","name":{},"pid":{},"ts":)", json_string(track), process->second);
    unit_ = json_string(quantity.unit);
  }

  /// In a trace a counter's value is valid from its time on, so the value of an interval is placed
  /// at the interval's begin.
  void write(std::int64_t time_ns, std::string_view /*time_text*/, double seconds,
             double value) override {
    put(fmt::format(R"({}{:.3f},"args":{{{}:{}}}}})", front_,
                    (clock_.seconds(time_ns) - seconds) * us_per_second, unit_, value));
  }

 private:
  /// Slices of a track lie within each other or apart; phases come in the order of their begins.
  std::size_t track_of(const analysis::Period& period) {
    for (std::size_t i = 0;; ++i) {
      if (i == ends_.size()) ends_.emplace_back();
      std::vector<double>& ends = ends_[i];
      while (!ends.empty() && ends.back() <= period.begin) ends.pop_back();
      if (!ends.empty() && ends.back() < period.end && i + 1 < most_tracks) continue;
      ends.push_back(period.end);
      return i + 1;
    }
  }

  void put(const std::string& event) {
    output_.write(is_first_ ? "\n" : ",\n");
    output_.write(event);
    is_first_ = false;
  }

  Output& output_;
  const analysis::RunClock& clock_;
  std::vector<std::vector<double>> ends_;  ///< of the slices that go on, by track
  std::map<std::string, int> processes_;
  std::string front_;
  std::string unit_;
  bool is_first_ = true;
};

}  // namespace

base::ExitStatus export_perfetto(const RunInput& input, const SampleFilter& filter,
                                 const std::string& phases_file, Output& output) {
  const analysis::RunPhases run = read_phases(input, phases_file);
  TableOptions options;
  options.hosts = filter.hosts;
  options.devices = filter.devices;
  options.times = filter.times;
  for (const analysis::Quantity& quantity : analysis::quantities())
    if (!filter.sources.empty() && filter.sources.fit(quantity.source))
      options.quantities.push_back(&quantity);
  if (filter.sources.empty()) options.quantities = analysis::summary_quantities();
  output.write(
      fmt::format(R"({{"displayTimeUnit":"ms","otherData":{{"start":"{}"}},"traceEvents":[)",
                  base::utc_text(run.clock.utc_ns(0))));
  TraceWriter writer(output, run.clock);
  writer.name_process(0, "run");
  for (const analysis::Phase& phase : run.phases) writer.slice(phase);
  const base::ExitStatus status = write_table(input, options, writer);
  output.write("\n]}\n");
  return status;
}

}  // namespace tscollect::tool
