#include "analysis/host_digest.hpp"

#include "base/checked_math.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

namespace tscollect::analysis {

namespace {

/// Their ticks are set to rows first, and replaced when the rows are read.
std::vector<ErrorDigest> errors_of(const store::ReadHost& host) {
  std::map<std::pair<std::string, std::string>, ErrorDigest> by_message;
  for (const block::HostError& error : host.errors) {
    const ErrorDigest one{error.source,    error.message,       error.count,
                          error.first_row, error.last_row,      error.first_row,
                          error.last_row,  error.first_time_ns, error.last_time_ns};
    const auto [place, is_new] = by_message.try_emplace({error.source, error.message}, one);
    if (!is_new) add_times(place->second, one);
  }
  std::vector<ErrorDigest> errors;
  errors.reserve(by_message.size());
  for (auto& [message, digest] : by_message) errors.push_back(std::move(digest));
  std::ranges::stable_sort(errors, std::ranges::greater{}, &ErrorDigest::count);
  return errors;
}

/// Replaces the row by its tick, if the row is among these.
void place_tick(const store::HostTimes& times, std::int64_t row, std::int64_t& tick) {
  const std::uint64_t index = static_cast<std::uint64_t>(row) - times.first_row;
  if (index < times.tick.size()) tick = times.tick[index];
}

/// Such counters grow by thousands a second and say what CPU and pressure say in per cent.
bool counts_time(std::string_view unit) {
  constexpr auto units =
      std::to_array<std::string_view>({"clock ticks", "microseconds", "ms", "ns", "s", "us", "µs"});
  return std::ranges::find(units, unit) != units.end();
}

bool has_devices(const block::HostSource& source) { return !source.row_dimension.empty(); }

}  // namespace

void add_times(ErrorDigest& sum, const ErrorDigest& one) {
  sum.count = base::saturating_sum(sum.count, one.count);
  if (one.first_tick < sum.first_tick) {
    sum.first_row = one.first_row;
    sum.first_tick = one.first_tick;
    sum.first_time_ns = one.first_time_ns;
  }
  if (one.last_tick > sum.last_tick) {
    sum.last_row = one.last_row;
    sum.last_tick = one.last_tick;
    sum.last_time_ns = one.last_time_ns;
  }
}

DigestBuilder::DigestBuilder(const store::ReadHost& layout, double interval_seconds)
    : layout_(layout),
      interval_seconds_(interval_seconds),
      clock_(interval_seconds),
      followed_(layout.sources.size()) {
  digest_.summary = layout.summary;
  digest_.errors = errors_of(layout);
  digest_.gaps = layout.gaps;
  digest_.resets = layout.resets;
  for (std::size_t i = 0; i < layout.sources.size(); ++i) {
    const block::HostSource& source = layout.sources[i].description;
    if (!source.excluded_rows.empty())
      digest_.left_out.push_back({source.name, source.excluded_rows});
    follow(i);
  }
}

/// Follows the counters of flat sources; those of devices are covered by quantities.
void DigestBuilder::follow(std::size_t index) {
  const block::HostSource& source = layout_.sources[index].description;
  Followed& followed = followed_[index];
  if (has_devices(source) || source.values.type == ValueType::real) return;
  followed.meter_of.assign(source.fields.size(), -1);
  for (std::size_t i = 0; i < source.fields.size(); ++i) {
    if (source.fields[i].kind != Kind::counter) continue;
    followed.meter_of[i] = static_cast<std::int32_t>(followed.meters.size());
    followed.meters.emplace_back(source.fields[i].width_bits);
  }
}

void DigestBuilder::take_times(const store::HostTimes& times) {
  clock_.take(times);
  if (const auto span = span_of(times, interval_seconds_)) {
    extend(digest_.span, *span);
    digest_.last_tick = span->last_tick;
  }
  for (ErrorDigest& error : digest_.errors) {
    place_tick(times, error.first_row, error.first_tick);
    place_tick(times, error.last_row, error.last_tick);
  }
}

void DigestBuilder::take_cells(const store::HostTimes& times, const store::CellBlock& cells) {
  take_level(times, cells);
  Followed& followed = followed_[cells.source];
  if (followed.meters.empty()) return;
  const std::size_t all_fields = layout_.sources[cells.source].description.fields.size();
  const std::size_t per_sample = cells.rows * cells.fields;
  const std::vector<double>& seconds = clock_.seconds();
  for (std::size_t row = 0; row < cells.rows; ++row)
    for (std::size_t field = 0; field < cells.fields; ++field) {
      const std::int32_t meter =
          followed.meter_of[(cells.first_row + row) * all_fields + cells.first_field + field];
      if (meter < 0) continue;
      RateMeter& followed_meter = followed.meters[static_cast<std::size_t>(meter)];
      std::size_t at = row * cells.fields + field;
      for (std::size_t i = 0; i < seconds.size() && at < cells.values.size(); at += per_sample)
        followed_meter.take(cells.values[at], seconds[i++], clock_.shortest_for_peak());
    }
}

/// Available memory and load, which are levels.
void DigestBuilder::take_level(const store::HostTimes& times, const store::CellBlock& cells) {
  const block::HostSource& source = layout_.sources[cells.source].description;
  const bool memory = source.name == "meminfo";
  if (!memory && source.name != "loadavg") return;
  const auto field = find_field(source, memory ? "MemAvailable" : "load_1min");
  if (!field || cells.first_row != 0 || *field < cells.first_field ||
      *field >= cells.first_field + cells.fields)
    return;
  if (memory && source.values.type != ValueType::integer) return;
  const auto& unsigned_columns = source.uint64_columns;
  const bool is_unsigned =
      std::ranges::find(unsigned_columns, source.fields[*field].name) != unsigned_columns.end();
  const std::size_t per_sample = cells.rows * cells.fields;
  std::size_t at = *field - cells.first_field;
  for (std::size_t i = 0; i < times.time_ns.size() && at < cells.values.size();
       ++i, at += per_sample) {
    if (memory) {
      take_memory(times.time_ns[i], cells.values[at], is_unsigned);
      continue;
    }
    const auto load = number_of(cells.values[at], source.values.type);
    if (load && *load >= digest_.highest_load.value_or(0)) digest_.highest_load = load;
  }
}

void DigestBuilder::take_memory(std::int64_t time_ns, std::int64_t bits, bool is_unsigned) {
  if (bits == missing_integer) return;
  if (bits < 0 && is_unsigned) {
    auto& impossible = digest_.impossible_memory;
    if (!impossible) impossible = {0, static_cast<std::uint64_t>(bits), time_ns};
    ++impossible->count;
    return;
  }
  const auto kib = static_cast<double>(bits);
  auto& use = digest_.memory;
  if (!use) use = MemoryUse{kib, kib, kib, time_ns};
  use->last_kib = kib;
  if (kib >= use->lowest_kib) return;
  use->lowest_kib = kib;
  use->lowest_time_ns = time_ns;
}

void DigestBuilder::add_counters(std::size_t index) {
  const block::HostSource& source = layout_.sources[index].description;
  const Followed& followed = followed_[index];
  for (std::size_t i = 0; i < followed.meter_of.size(); ++i) {
    if (followed.meter_of[i] < 0) continue;
    const Rate rate = followed.meters[static_cast<std::size_t>(followed.meter_of[i])].rate();
    if (rate.mean > 0)
      digest_.counters.push_back({source.name, source.fields[i].name, source.fields[i].unit, rate});
  }
}

HostDigest DigestBuilder::finish() {
  for (std::size_t i = 0; i < layout_.sources.size(); ++i) add_counters(i);
  std::ranges::stable_sort(digest_.counters,
                           [](const CounterActivity& one, const CounterActivity& other) {
                             const bool is_time = counts_time(one.unit);
                             if (is_time != counts_time(other.unit)) return !is_time;
                             return one.rate.mean > other.rate.mean;
                           });
  return std::move(digest_);
}

HostDigest digest_of(const store::ReadHost& host, double interval_seconds) {
  DigestBuilder builder(host, interval_seconds);
  store::visit(host, builder);
  return builder.finish();
}

}  // namespace tscollect::analysis
