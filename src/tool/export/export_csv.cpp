#include "tool/export/export.hpp"

#include "analysis/phase_timeline.hpp"
#include "analysis/time_span.hpp"
#include "base/text/utc_text.hpp"
#include "tool/csv_cell.hpp"
#include "tool/run_phases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tscollect::tool {

namespace {

/// Columns of one device, or of a flat source, by field.
using FieldColumns = std::map<std::string, std::size_t, std::less<>>;

/// All columns of the table, in the order of hosts and sources.
class Columns {
 public:
  /// `phases`: nullptr: no column of phases.
  Columns(const SampleFilter& filter, const analysis::PhaseTimeline* phases)
      : filter_(filter), phases_(phases) {}

  /// Adds a host's columns. Call it before heading() and write_sample().
  void add(const store::ReadHost& host) {
    for (const store::ReadSource& source : host.sources) {
      const block::HostSource& description = source.description;
      if (description.row_dimension.empty()) add_fields(description, "");
      for (const block::HostRow& row : description.rows) add_fields(description, row.name);
    }
  }

  [[nodiscard]] std::string heading() {
    std::string line = "hostname,timestamp,tick";
    if (phases_ != nullptr) line += ",phase";
    for (const std::string& source : sources_)
      for (const auto& [row, field] : order_[source]) {
        columns_[source][row][field] = count_++;
        line += ',' + csv_cell(row.empty()
                                   ? fmt::format("{}.{}{}", source, field, units_[{source, field}])
                                   : fmt::format("{}.{}.{}{}", source, row, field,
                                                 units_[{source, field}]));
      }
    return line + '\n';
  }

  /// `at`: the sample's place in `part`.
  [[nodiscard]] std::string line(const TimeSeriesSample& sample, const store::ReadHost& part,
                                 std::size_t at) const {
    std::vector<const Value*> cells(count_, nullptr);
    for (const auto& [source, values] : sample.sources) {
      const auto& rows = columns_.at(source);
      if (const auto* fields = std::get_if<Fields>(&values)) {
        place(*fields, rows.at(""), cells);
        continue;
      }
      for (const DeviceFields& device : std::get<std::vector<DeviceFields>>(values))
        place(device.fields, rows.at(device.name), cells);
    }
    std::string line = fmt::format("{},{},{}", csv_cell(sample.hostname),
                                   base::utc_text(part.time_ns[at]), part.tick[at]);
    if (phases_ != nullptr) {
      const analysis::Phase* phase = phases_->at(
          analysis::seconds_at(part.tick[at], part.lateness_ns[at], filter_.interval_seconds));
      line += ',' + (phase == nullptr ? std::string() : csv_cell(phase->name));
    }
    for (const Value* value : cells) {
      line += ',';
      if (value != nullptr)
        std::visit([&](auto number) { fmt::format_to(std::back_inserter(line), "{}", number); },
                   *value);
    }
    return line + '\n';
  }

 private:
  void add_fields(const block::HostSource& source, const std::string& row) {
    if (!filter_.sources.fit(source.name)) return;
    if (!order_.contains(source.name)) sources_.push_back(source.name);
    for (const FieldDescription& field : source.fields) {
      if (!filter_.has(source.name, row, field.name)) continue;
      if (!columns_[source.name][row].emplace(field.name, 0).second) continue;
      order_[source.name].emplace_back(row, field.name);
      units_.try_emplace({source.name, field.name}, fmt::format(" [{}]", field.unit));
    }
  }

  static void place(const Fields& fields, const FieldColumns& columns,
                    std::vector<const Value*>& cells) {
    for (const auto& [name, value] : fields) cells[columns.find(name)->second] = &value;
  }

  const SampleFilter& filter_;
  const analysis::PhaseTimeline* phases_;
  std::vector<std::string> sources_;
  std::map<std::pair<std::string, std::string>, std::string> units_;  ///< by source and field
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> order_;
  std::map<std::string, std::map<std::string, FieldColumns>> columns_;
  std::size_t count_ = 0;
};

}  // namespace

void export_csv(const RunInput& input, const SampleFilter& filter, const std::string& phases_file,
                Output& output, base::Progress& progress) {
  std::optional<analysis::RunPhases> run;
  std::optional<analysis::PhaseTimeline> timeline;
  if (!phases_file.empty() || !input.run().phases.empty()) {
    run = read_phases(input, phases_file);
    std::erase_if(run->phases, [](const analysis::Phase& phase) {
      return phase.origin != analysis::PhaseOrigin::marked;
    });
    timeline.emplace(run->phases, run->clock);
  }
  // Reads the hosts twice, as the heading has the columns of all of them.
  Columns columns(filter, timeline ? &*timeline : nullptr);
  const std::vector<std::string> names = filter.hosts_of(input);
  for (const std::string& name : names) columns.add(input.read_layout(name));
  output.write(columns.heading());
  std::size_t done = 0;
  for (const std::string& name : names)
    input.read_in_parts(name, [&](const store::ReadHost& part) {
      std::size_t row = 0;
      store::for_each_sample(part, [&](TimeSeriesSample&& sample) {
        const std::size_t at = row++;
        progress.show(++done);
        if (!filter.has_time(part, at)) return;
        filter.apply(sample);
        output.write(columns.line(sample, part, at));
      });
    });
}

}  // namespace tscollect::tool
