// https://prometheus.io/docs/specs/om/open_metrics_spec/: the samples of a family are contiguous,
// those of one series in the order of their times, in seconds since 1970. The last line is "# EOF".
// `promtool tsdb create-blocks-from openmetrics` imports it.
#include "tool/export/export.hpp"

#include "analysis/column_rates.hpp"
#include "analysis/counter_rate.hpp"
#include "block/chunk_shape.hpp"
#include "tool/export/openmetrics_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tscollect::tool {

namespace {

/// Keeps letters, digits and underscores: "Active(anon)" becomes "Active_anon".
std::string metric_name(std::string_view text) {
  std::string name;
  for (const char character : text) {
    const bool is_plain = (character >= 'a' && character <= 'z') ||
                          (character >= 'A' && character <= 'Z') ||
                          (character >= '0' && character <= '9');
    if (is_plain)
      name += character;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (name.ends_with('_')) name.pop_back();
  return name;
}

/// A field of a source, over all hosts.
struct Family {
  std::string source;
  std::string field;
  std::string unit;
  Kind kind = Kind::unknown;
};

/// All families, in the order of the hosts.
std::vector<Family> families_of(const RunInput& input, const SampleFilter& filter) {
  std::vector<Family> families;
  std::set<std::pair<std::string, std::string>> known;
  for (const std::string& name : filter.hosts_of(input))
    for (const store::ReadSource& source : input.read_layout(name).sources)
      for (const FieldDescription& field : source.description.fields)
        if (filter.has(source.description.name, {}, field.name) &&
            known.emplace(source.description.name, field.name).second)
          families.push_back({source.description.name, field.name, field.unit, field.kind});
  return families;
}

/// Writes the values of one family.
class FamilyWriter {
 public:
  FamilyWriter(const RunInput& input, const SampleFilter& filter, Output& output)
      : input_(input), filter_(filter), output_(output) {}

  void write(const Family& family) {
    std::string name =
        fmt::format("tscollect_{}_{}", metric_name(family.source), metric_name(family.field));
    if (const int same = ++names_[name]; same > 1) name += fmt::format("_{}", same);
    const bool counts = family.kind == Kind::counter;
    output_.write(fmt::format("# TYPE {} {}\n# HELP {} {} {}, in {}\n", name,
                              counts                       ? "counter"
                              : family.kind == Kind::gauge ? "gauge"
                                                           : "unknown",
                              name, openmetrics_escaped(family.source),
                              openmetrics_escaped(family.field), openmetrics_escaped(family.unit)));
    if (counts) name += "_total";
    for (const std::string& host : filter_.hosts_of(input_)) write_host(family, name, host);
  }

 private:
  void write_host(const Family& family, const std::string& name, const std::string& host_name) {
    const store::HostReader& host = open(host_name);
    const auto& sources = host.layout().sources;
    const auto source = std::ranges::find_if(sources, [&](const store::ReadSource& one) {
      return one.description.name == family.source;
    });
    if (source == sources.end()) return;
    const block::HostSource& description = source->description;
    const auto field = analysis::find_field(description, family.field);
    if (!field) return;
    const auto index = static_cast<std::size_t>(source - sources.begin());
    const std::size_t rows = description.row_dimension.empty() ? 1 : description.rows.size();
    for (std::size_t row = 0; row < rows; ++row) {
      const std::string device =
          description.row_dimension.empty() ? "" : description.rows[row].name;
      if (!filter_.has(family.source, device, family.field)) continue;
      std::string labels = fmt::format("host=\"{}\"", openmetrics_escaped(host_name));
      if (!description.row_dimension.empty())
        labels += fmt::format(",{}=\"{}\"", metric_name(description.row_dimension),
                              openmetrics_escaped(device));
      const std::string column =
          device.empty() ? family.field : fmt::format("{}.{}", device, family.field);
      const bool is_unsigned =
          std::ranges::find(description.uint64_columns, column) != description.uint64_columns.end();
      write_series(host, {index, row, 1, *field, 1, {}}, description.values.type, is_unsigned,
                   fmt::format("{}{{{}}} ", name, labels));
    }
  }

  void write_series(const store::HostReader& host, const store::CellBlock& where, ValueType type,
                    bool is_unsigned, const std::string& front) {
    constexpr std::uint64_t part = block::longest_chunk_samples;
    for (std::uint64_t first = 0; first < host.samples(); first += part) {
      readable([&] {
        host.read_times(first, part, times_);
        host.read_cells(first, part, where, cells_);
      });
      for (std::size_t i = 0; i < cells_.size(); ++i)
        if (filter_.has_time(times_, i))
          write_value(type, is_unsigned, cells_[i], front, times_.time_ns[i]);
    }
  }

  void write_value(ValueType type, bool is_unsigned, std::int64_t bits, const std::string& front,
                   std::int64_t time_ns) {
    line_ = front;
    if (type == ValueType::real) {
      if (!std::isfinite(std::bit_cast<double>(bits))) return;
      fmt::format_to(std::back_inserter(line_), "{}", std::bit_cast<double>(bits));
    } else if (bits == missing_integer) {
      return;
    } else if (is_unsigned) {
      fmt::format_to(std::back_inserter(line_), "{}", static_cast<std::uint64_t>(bits));
    } else {
      fmt::format_to(std::back_inserter(line_), "{}", bits);
    }
    fmt::format_to(std::back_inserter(line_), " {}\n", openmetrics_time(time_ns));
    output_.write(line_);
  }

  /// Opening a host costs more than reading a column, so some stay open.
  const store::HostReader& open(const std::string& name) {
    constexpr std::size_t most_open = 64;
    if (const auto known = open_.find(name); known != open_.end()) return known->second;
    if (open_.size() >= most_open) open_.clear();
    return open_.emplace(name, readable([&] { return input_.reader().open_host(name); }))
        .first->second;
  }

  const RunInput& input_;
  const SampleFilter& filter_;
  Output& output_;
  std::map<std::string, store::HostReader> open_;
  std::map<std::string, int> names_;
  store::HostTimes times_;
  std::vector<std::int64_t> cells_;
  std::string line_;
};

}  // namespace

void export_openmetrics(const RunInput& input, const SampleFilter& filter, Output& output,
                        base::Progress& progress) {
  FamilyWriter writer(input, filter, output);
  std::size_t done = 0;
  for (const Family& family : families_of(input, filter)) {
    writer.write(family);
    progress.show(++done);
  }
  if (filter.sources.empty() && filter.devices.empty() && filter.fields.empty())
    write_phase_family(input, output);
  output.write("# EOF\n");
}

}  // namespace tscollect::tool
