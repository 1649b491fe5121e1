#include "store/columns/column_block.hpp"

#include "block/chunk_builder.hpp"
#include "block/chunk_shape.hpp"
#include "block/clock_columns.hpp"
#include "block/counter_rise.hpp"
#include "block/reset_finder.hpp"
#include "stream/sample_stream.hpp"
#include "table/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace tscollect::store {

namespace {

[[noreturn]] void refuse(const HostColumns& host, std::string_view what) {
  throw std::invalid_argument(fmt::format("host '{}': {}", host.name, what));
}

void require_unique(const HostColumns& host, std::string_view what,
                    const std::vector<std::string>& names) {
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (name.empty()) refuse(host, fmt::format("a {} has no name", what));
    if (!seen.insert(name).second) refuse(host, fmt::format("{} '{}' is there twice", what, name));
  }
}

std::size_t rows_of(const SourceLayout& layout) {
  return layout.row_dimension.empty() ? 1 : layout.rows.size();
}

void check_source(const HostColumns& host, const SourceColumns& source) {
  const SourceLayout& layout = source.layout;
  std::vector<std::string> fields;
  for (const FieldDescription& field : layout.fields) fields.push_back(field.name);
  require_unique(host, layout.name + " field", fields);
  require_unique(host, layout.name + " device", layout.rows);
  if (layout.row_dimension.empty() && !layout.rows.empty())
    refuse(host, fmt::format("{} has devices and no row_dimension", layout.name));
  if (!layout.row_dimension.empty() && layout.row_name_field.empty())
    refuse(host, fmt::format("{} has devices and no row_name_field", layout.name));
  const std::size_t wanted = rows_of(layout) * layout.fields.size();
  if (source.columns.size() != wanted)
    refuse(host, fmt::format("{} has {} columns instead of {}", layout.name, source.columns.size(),
                             wanted));
  for (const Column& column : source.columns) {
    if (column.type != layout.type)
      refuse(host, fmt::format("{} has columns of another type than its own", layout.name));
    if (column.size() != host.times.times.size())
      refuse(host, fmt::format("{} has a column of {} cells, and there are {} samples", layout.name,
                               column.size(), host.times.times.size()));
  }
}

std::vector<stream::SampleClock> clocks_of(const HostColumns& host) {
  const SampleTimes& times = host.times;
  const std::size_t samples = times.times.size();
  for (const auto* list : {&times.ticks, &times.lateness_ns, &times.duration_ns})
    if (!list->empty() && list->size() != samples)
      refuse(host, "ticks, lateness and duration are not as long as the times");
  std::vector<stream::SampleClock> clocks(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    stream::SampleClock& clock = clocks[i];
    clock.wall_ns = times.times[i].time_since_epoch().count();
    clock.tick = times.ticks.empty() ? static_cast<std::int64_t>(i) : times.ticks[i];
    clock.lateness_ns = times.lateness_ns.empty() ? 0 : times.lateness_ns[i];
    clock.duration_ns = times.duration_ns.empty() ? 0 : times.duration_ns[i];
    if (clock.tick < (i == 0 ? 0 : clocks[i - 1].tick + 1)) refuse(host, "ticks do not rise");
    if (clock.wall_ns <= 0) refuse(host, "a time is not after 1970");
    if (clock.duration_ns < 0) refuse(host, "a duration is negative");
    if (clock.lateness_ns < 0 && i + 1 < samples)
      refuse(host, "only the last sample may come before its tick");
  }
  return clocks;
}

/// The cell as SliceWriter expects it: a missing cell of either type is missing_integer, whose bits
/// are those of the real -0.
std::int64_t bits_of(const Column& column, std::size_t sample) {
  if (column.is_missing(sample)) return missing_integer;
  if (column.type == ValueType::integer) return column.integer_cells[sample];
  return std::bit_cast<std::int64_t>(column.real_cells[sample] + 0.0);
}

block::HostSource describe(const SourceLayout& layout, std::uint64_t samples) {
  block::HostSource source;
  const bool flat = layout.row_dimension.empty();
  source.name = layout.name;
  source.row_dimension = layout.row_dimension;
  source.row_name_field = layout.row_name_field;
  source.kernel_document = layout.kernel_document;
  source.summary = layout.summary.empty() ? layout.name : layout.summary;
  source.fields = layout.fields;
  for (const std::string& row : layout.rows) source.rows.push_back({row, {}});
  source.values.type = layout.type;
  const block::ChunkShape chunk = block::chunk_shape(samples, layout.fields.size(), flat);
  source.values.shape = {samples, layout.fields.size()};
  source.values.chunk_shape = {chunk.samples, chunk.fields};
  if (flat) return source;
  source.values.shape.insert(source.values.shape.begin() + 1, layout.rows.size());
  source.values.chunk_shape.insert(source.values.chunk_shape.begin() + 1, 1);
  return source;
}

void write_chunks(const SourceColumns& columns, std::size_t samples, block::HostSource& source,
                  std::vector<std::byte>& payload) {
  const std::size_t fields = source.fields.size();
  const std::size_t width = source.values.chunk_shape.back();
  std::vector<std::byte> scratch;
  const block::ChunkSink sink{source.values, payload, scratch};
  const block::SampleRange all{0, static_cast<std::int64_t>(samples)};
  for (std::size_t row = 0; row < rows_of(columns.layout) && samples > 0; ++row)
    for (std::size_t first = 0; first < fields; first += width) {
      const std::size_t count = std::min(width, fields - first);
      std::vector<std::uint32_t> numbers(count);
      std::iota(numbers.begin(), numbers.end(), 0U);
      block::SliceWriter writer(source.values, {row, first, all}, std::move(numbers),
                                std::vector<bool>(count, true));
      std::vector<std::int64_t> values(count);
      for (std::size_t sample = 0; sample < samples; ++sample) {
        for (std::size_t i = 0; i < count; ++i)
          values[i] = bits_of(columns.columns[row * fields + first + i], sample);
        writer.add(values, sink);
      }
      writer.finish(sink);
      source.has_missing = source.has_missing || writer.saw_missing();
    }
}

std::string column_name(const SourceLayout& layout, std::size_t row, std::size_t field) {
  const std::string& name = layout.fields[field].name;
  return layout.row_dimension.empty() ? name : fmt::format("{}.{}", layout.rows[row], name);
}

/// Whether the counter may decrease a little without having been reset.
bool may_fall(const std::string& source, std::string_view field) {
  const table::Source* known = table::find_source(source);
  return known != nullptr && std::ranges::count(known->counters_that_fall, field) > 0;
}

/// Collects decreases of the counters of one device, sample by sample, in the form that ResetFinder
/// uses.
void note_resets(const HostColumns& host, const SourceColumns& source, std::size_t row,
                 block::HostBlock& block) {
  const SourceLayout& layout = source.layout;
  std::map<std::size_t, std::string> fallen;  // by sample: names of fields
  for (std::size_t field = 0; field < layout.fields.size(); ++field) {
    const FieldDescription& description = layout.fields[field];
    if (description.kind != Kind::counter || layout.type == ValueType::real) continue;
    if (may_fall(layout.name, description.name)) continue;
    const Column& column = source.columns[row * layout.fields.size() + field];
    std::int64_t last = missing_integer;
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (column.is_missing(i)) continue;
      const std::int64_t now = column.integer_cells[i];
      if (last != missing_integer && !block::counter_rise(last, now, description.width_bits)) {
        std::string& names = fallen[i];
        names += (names.empty() ? "" : " ") + description.name;
      }
      last = now;
    }
  }
  for (auto& [sample, fields] : fallen)
    block.resets.push_back(
        {static_cast<std::int64_t>(sample), host.times.times[sample].time_since_epoch().count(),
         layout.name, layout.row_dimension.empty() ? "" : layout.rows[row], std::move(fields)});
}

void add_source(const HostColumns& host, const SourceColumns& columns, block::HostBlock& block) {
  const SourceLayout& layout = columns.layout;
  check_source(host, columns);
  block::HostSource source = describe(layout, host.times.times.size());
  for (std::size_t row = 0; row < rows_of(layout); ++row) {
    note_resets(host, columns, row, block);
    for (std::size_t field = 0; field < layout.fields.size(); ++field)
      if (columns.columns[row * layout.fields.size() + field].is_uint64)
        source.uint64_columns.push_back(column_name(layout, row, field));
  }
  write_chunks(columns, host.times.times.size(), source, block.payload);
  block.sources_requested.push_back(layout.name);
  block.sources.push_back(std::move(source));
}

}  // namespace

block::HostBlock block_from(const HostColumns& host, std::chrono::nanoseconds interval) {
  std::vector<std::string> names;
  for (const SourceColumns& source : host.sources) names.push_back(source.layout.name);
  require_unique(host, "source", names);
  block::HostBlock block;
  block.summary.name = host.name;
  block::write_clocks(clocks_of(host), interval, block);
  std::int64_t next = 0;
  for (const std::int64_t tick : host.times.ticks) {
    block.summary.missed_ticks += tick - next;
    next = tick + 1;
  }
  for (const SourceColumns& source : host.sources) add_source(host, source, block);
  std::ranges::stable_sort(block.resets, {}, &block::CounterReset::row);
  block.summary.reset_count = std::ssize(block.resets);
  if (block.resets.size() > block::ResetFinder::most_resets)
    block.resets.resize(block::ResetFinder::most_resets);
  return block;
}

}  // namespace tscollect::store
