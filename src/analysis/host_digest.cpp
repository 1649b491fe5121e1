#include "analysis/host_digest.hpp"

#include "base/checked_math.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace tscollect::app {

namespace {

constexpr double bytes_per_sector = 512;  // the kernel's unit, whatever the disk's own
constexpr double ms_per_second = 1000;

Rate scaled(Rate rate, double factor) { return {rate.mean * factor, rate.peak * factor}; }

std::vector<ErrorDigest> errors_of(const store::ReadHost& host) {
  std::map<std::pair<std::string, std::string>, ErrorDigest> by_message;
  for (const record::HostError& error : host.errors) {
    ErrorDigest& digest = by_message[{error.source, error.message}];
    if (digest.count == 0)
      digest = {error.source, error.message, 0, error.first_time_ns, error.last_time_ns};
    digest.count = saturating_sum(digest.count, error.count);
    digest.first_time_ns = std::min(digest.first_time_ns, error.first_time_ns);
    digest.last_time_ns = std::max(digest.last_time_ns, error.last_time_ns);
  }
  std::vector<ErrorDigest> errors;
  errors.reserve(by_message.size());
  for (auto& [message, digest] : by_message) errors.push_back(std::move(digest));
  std::ranges::stable_sort(errors, std::ranges::greater{}, &ErrorDigest::count);
  return errors;
}

/// Whether the row is a partition; nothing if sysfs did not say.
std::optional<bool> is_partition(const record::HostSource& source, std::size_t row) {
  const auto& names = source.row_attributes;
  const auto found = std::ranges::find(names, "is_partition");
  if (found == names.end()) return std::nullopt;
  const auto index = static_cast<std::size_t>(found - names.begin());
  const auto& attributes = source.rows[row].attributes;
  if (index >= attributes.size() || attributes[index] < 0) return std::nullopt;
  return attributes[index] == 1;
}

/// Of more gaps than are kept, the longest stay. They are in the order of their ticks.
void trim(std::vector<TickGap>& gaps) {
  if (gaps.size() > most_gaps) {
    const auto end = gaps.begin() + most_gaps;
    std::ranges::nth_element(gaps, end, std::ranges::greater{},
                             [](const TickGap& gap) { return gap.last - gap.first; });
    gaps.erase(end, gaps.end());
  }
  std::ranges::stable_sort(gaps, {}, &TickGap::first);
}

bool has_devices(const record::HostSource& source) { return !source.row_dimension.empty(); }

/// The fields of devices whose rates are told.
bool is_told(const record::HostSource& source, std::string_view field) {
  if (source.name == "diskstats")
    return field == "sectors_read" || field == "sectors_written" || field == "time_doing_ios_ms";
  return source.name == "netdev" && (field == "rx_bytes" || field == "tx_bytes");
}

}  // namespace

DigestBuilder::DigestBuilder(const store::ReadHost& layout, double interval_seconds)
    : layout_(layout), clock_(interval_seconds), followed_(layout.sources.size()) {
  digest_.summary = layout.summary;
  digest_.errors = errors_of(layout);
  digest_.resets = layout.resets;
  for (std::size_t i = 0; i < layout.sources.size(); ++i) {
    const record::HostSource& source = layout.sources[i].description;
    if (!source.excluded_rows.empty())
      digest_.left_out.push_back({source.name, source.excluded_rows});
    follow(i);
  }
}

void DigestBuilder::follow(std::size_t index) {
  const record::HostSource& source = layout_.sources[index].description;
  Followed& followed = followed_[index];
  const std::size_t rows = has_devices(source) ? source.rows.size() : 1;
  const std::size_t fields = source.fields.size();
  if (!has_devices(source) && source.values.type == ValueType::real) return;
  followed.meter_of.assign(rows * fields, -1);
  for (std::size_t row = 0; row < rows; ++row) {
    if (has_devices(source) && is_partition(source, row).value_or(false)) continue;
    for (std::size_t i = 0; i < fields; ++i) {
      const FieldDescription& field = source.fields[i];
      const bool wanted =
          has_devices(source) ? is_told(source, field.name) : field.kind == Kind::counter;
      if (!wanted) continue;
      followed.meter_of[row * fields + i] = static_cast<std::int32_t>(followed.meters.size());
      // More than twice the time that passed is no time: the device was made anew.
      if (field.name == "time_doing_ios_ms")
        followed.meters.emplace_back(field.width_bits, 2 * ms_per_second);
      else
        followed.meters.emplace_back(field.width_bits);
    }
  }
}

void DigestBuilder::take_times(const store::HostTimes& times) {
  clock_.take(times);
  take_gaps(times);
  if (!times.tick.empty()) digest_.last_tick = times.tick.back();
}

void DigestBuilder::take_gaps(const store::HostTimes& times) {
  std::vector<TickGap>& gaps = digest_.gaps;
  for (std::size_t i = 0; i < times.tick.size(); ++i) {
    if (times.tick[i] < 0) continue;  // a damaged file: tscollect validate says so
    if (times.tick[i] > expected_tick_) {
      ++digest_.gap_count;
      gaps.push_back({expected_tick_, times.tick[i] - 1, times.time_ns[i]});
      if (gaps.size() >= 2 * most_gaps) trim(gaps);
    }
    expected_tick_ = saturating_sum(times.tick[i], 1);
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

/// Available memory and load, which are levels and no counters.
void DigestBuilder::take_level(const store::HostTimes& times, const store::CellBlock& cells) {
  const record::HostSource& source = layout_.sources[cells.source].description;
  const bool memory = source.name == "meminfo";
  if (!memory && source.name != "loadavg") return;
  const auto field = find_field(source, memory ? "MemAvailable" : "load_1min");
  if (!field || cells.first_row != 0 || *field < cells.first_field ||
      *field >= cells.first_field + cells.fields)
    return;
  const std::size_t per_sample = cells.rows * cells.fields;
  std::size_t at = *field - cells.first_field;
  for (std::size_t i = 0; i < times.time_ns.size() && at < cells.values.size();
       ++i, at += per_sample) {
    const auto value = number_of(cells.values[at], source.values.type);
    if (!value) continue;
    if (!memory) {
      if (*value >= digest_.highest_load.value_or(0)) digest_.highest_load = value;
      continue;
    }
    auto& use = digest_.memory;
    if (!use) use = MemoryUse{*value, *value, *value, times.time_ns[i]};
    use->last_kib = *value;
    if (*value >= use->lowest_kib) continue;
    use->lowest_kib = *value;
    use->lowest_time_ns = times.time_ns[i];
  }
}

Rate DigestBuilder::rate(std::size_t index, std::size_t row, std::string_view field) const {
  const record::HostSource& source = layout_.sources[index].description;
  const auto place = find_field(source, field);
  if (!place) return {};
  const std::int32_t meter = followed_[index].meter_of[row * source.fields.size() + *place];
  return meter < 0 ? Rate{} : followed_[index].meters[static_cast<std::size_t>(meter)].rate();
}

void DigestBuilder::add_disks(std::size_t index) {
  const record::HostSource& source = layout_.sources[index].description;
  for (std::size_t row = 0; row < source.rows.size(); ++row) {
    const auto partition = is_partition(source, row);
    if (partition.value_or(false)) continue;
    DiskActivity disk;
    disk.name = source.rows[row].name;
    disk.read = scaled(rate(index, row, "sectors_read"), bytes_per_sector);
    disk.written = scaled(rate(index, row, "sectors_written"), bytes_per_sector);
    disk.busy = std::min(1.0, rate(index, row, "time_doing_ios_ms").mean / ms_per_second);
    if (!partition) digest_.partitions_unknown = true;
    digest_.disks.push_back(std::move(disk));
  }
  std::ranges::stable_sort(digest_.disks, std::ranges::greater{}, [](const DiskActivity& disk) {
    return disk.read.mean + disk.written.mean;
  });
}

void DigestBuilder::add_interfaces(std::size_t index) {
  const record::HostSource& source = layout_.sources[index].description;
  for (std::size_t row = 0; row < source.rows.size(); ++row)
    digest_.interfaces.push_back(
        {source.rows[row].name, rate(index, row, "rx_bytes"), rate(index, row, "tx_bytes")});
  if (digest_.interfaces.size() > 1)
    std::erase_if(digest_.interfaces,
                  [](const InterfaceActivity& interface) { return interface.name == "lo"; });
  std::ranges::stable_sort(digest_.interfaces, std::ranges::greater{},
                           [](const InterfaceActivity& interface) {
                             return interface.received.mean + interface.sent.mean;
                           });
}

/// Counters of flat sources; those of devices are disks and interfaces, told above.
void DigestBuilder::add_counters(std::size_t index) {
  const record::HostSource& source = layout_.sources[index].description;
  const Followed& followed = followed_[index];
  for (std::size_t i = 0; i < followed.meter_of.size(); ++i) {
    if (followed.meter_of[i] < 0) continue;
    const Rate rate = followed.meters[static_cast<std::size_t>(followed.meter_of[i])].rate();
    if (rate.mean > 0)
      digest_.counters.push_back({source.name, source.fields[i].name, source.fields[i].unit, rate});
  }
}

HostDigest DigestBuilder::finish() {
  trim(digest_.gaps);
  for (std::size_t i = 0; i < layout_.sources.size(); ++i) {
    const record::HostSource& source = layout_.sources[i].description;
    // In a damaged file any source may be without devices.
    if (!has_devices(source))
      add_counters(i);
    else if (source.name == "diskstats")
      add_disks(i);
    else if (source.name == "netdev")
      add_interfaces(i);
  }
  std::ranges::stable_sort(digest_.counters, std::ranges::greater{},
                           [](const CounterActivity& counter) { return counter.rate.mean; });
  return std::move(digest_);
}

HostDigest digest_of(const store::ReadHost& host, double interval_seconds) {
  DigestBuilder builder(host, interval_seconds);
  store::visit(host, builder);
  return builder.finish();
}

}  // namespace tscollect::app
