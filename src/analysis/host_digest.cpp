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

/// What the activity of one host is computed from.
struct Activity {
  const store::ReadHost& host;
  Intervals intervals;

  [[nodiscard]] const store::ReadSource* find(std::string_view name) const {
    const auto found = std::ranges::find(host.sources, name,
                                         [](const store::ReadSource& source) -> std::string_view {
                                           return source.description.name;
                                         });
    return found == host.sources.end() ? nullptr : &*found;
  }

  /// One that has devices; in a damaged file any source may be without.
  [[nodiscard]] const store::ReadSource* find_devices(std::string_view name) const {
    const store::ReadSource* source = find(name);
    return source == nullptr || source->description.row_dimension.empty() ? nullptr : source;
  }

  [[nodiscard]] Rate rate(const SourceCells& cells, std::size_t row, std::string_view field,
                          double limit = std::numeric_limits<double>::infinity()) const {
    const auto index = cells.find_field(field);
    return index ? rate_of(cells, row, *index, intervals, limit) : Rate{};
  }
};

std::vector<TickGap> gaps_of(const store::ReadHost& host) {
  std::vector<TickGap> gaps;
  std::int64_t expected = 0;
  for (std::size_t i = 0; i < host.tick.size(); ++i) {
    if (host.tick[i] < 0) continue;  // a damaged file: tscollect validate says so
    if (host.tick[i] > expected) gaps.push_back({expected, host.tick[i] - 1, host.time_ns[i]});
    expected = saturating_sum(host.tick[i], 1);
  }
  return gaps;
}

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

void add_disks(const Activity& activity, HostDigest& digest) {
  const store::ReadSource* source = activity.find_devices("diskstats");
  if (source == nullptr) return;
  const SourceCells cells(*source);
  for (std::size_t row = 0; row < cells.rows(); ++row) {
    const auto partition = is_partition(source->description, row);
    if (partition.value_or(false)) continue;
    DiskActivity disk;
    disk.name = source->description.rows[row].name;
    disk.read = scaled(activity.rate(cells, row, "sectors_read"), bytes_per_sector);
    disk.written = scaled(activity.rate(cells, row, "sectors_written"), bytes_per_sector);
    // More than twice the time that passed is no time: the device was made anew.
    const Rate busy = activity.rate(cells, row, "time_doing_ios_ms", 2 * ms_per_second);
    disk.busy = std::min(1.0, busy.mean / ms_per_second);
    if (!partition) digest.partitions_unknown = true;
    digest.disks.push_back(std::move(disk));
  }
  std::ranges::stable_sort(digest.disks, std::ranges::greater{}, [](const DiskActivity& disk) {
    return disk.read.mean + disk.written.mean;
  });
}

void add_interfaces(const Activity& activity, HostDigest& digest) {
  const store::ReadSource* source = activity.find_devices("netdev");
  if (source == nullptr) return;
  const SourceCells cells(*source);
  for (std::size_t row = 0; row < cells.rows(); ++row)
    digest.interfaces.push_back({source->description.rows[row].name,
                                 activity.rate(cells, row, "rx_bytes"),
                                 activity.rate(cells, row, "tx_bytes")});
  if (digest.interfaces.size() > 1)
    std::erase_if(digest.interfaces,
                  [](const InterfaceActivity& interface) { return interface.name == "lo"; });
  std::ranges::stable_sort(digest.interfaces, std::ranges::greater{},
                           [](const InterfaceActivity& interface) {
                             return interface.received.mean + interface.sent.mean;
                           });
}

std::optional<MemoryUse> memory_of(const Activity& activity) {
  const store::ReadSource* source = activity.find("meminfo");
  if (source == nullptr) return std::nullopt;
  const SourceCells cells(*source);
  const auto available = cells.find_field("MemAvailable");
  if (!available) return std::nullopt;
  std::optional<MemoryUse> use;
  for (std::size_t i = 0; i < cells.samples(); ++i) {
    const auto kib = cells.number(i, 0, *available);
    if (!kib) continue;
    if (!use) use = MemoryUse{*kib, *kib, *kib, activity.host.time_ns[i]};
    use->last_kib = *kib;
    if (*kib >= use->lowest_kib) continue;
    use->lowest_kib = *kib;
    use->lowest_time_ns = activity.host.time_ns[i];
  }
  return use;
}

std::optional<double> highest_load_of(const Activity& activity) {
  const store::ReadSource* source = activity.find("loadavg");
  if (source == nullptr) return std::nullopt;
  const SourceCells cells(*source);
  const auto load = cells.find_field("load_1min");
  std::optional<double> highest;
  for (std::size_t i = 0; load && i < cells.samples(); ++i)
    if (const auto value = cells.number(i, 0, *load); value && *value >= highest.value_or(0))
      highest = value;
  return highest;
}

/// Counters of flat sources; those of devices are disks and interfaces, told above.
std::vector<CounterActivity> counters_of(const Activity& activity) {
  std::vector<CounterActivity> counters;
  for (const store::ReadSource& source : activity.host.sources) {
    if (!source.description.row_dimension.empty()) continue;
    if (source.description.values.type == ValueType::real) continue;
    const SourceCells cells(source);
    for (std::size_t field = 0; field < source.description.fields.size(); ++field) {
      const FieldDescription& described = cells.field(field);
      if (described.kind != Kind::counter) continue;
      const Rate rate = rate_of(cells, 0, field, activity.intervals);
      if (rate.mean > 0)
        counters.push_back({source.description.name, described.name, described.unit, rate});
    }
  }
  std::ranges::stable_sort(counters, std::ranges::greater{},
                           [](const CounterActivity& counter) { return counter.rate.mean; });
  return counters;
}

}  // namespace

HostDigest digest_of(const store::ReadHost& host, double interval_seconds) {
  const Activity activity{host, intervals_of(host, interval_seconds)};
  HostDigest digest;
  digest.summary = host.summary;
  if (!host.tick.empty()) digest.last_tick = host.tick.back();
  digest.gaps = gaps_of(host);
  digest.errors = errors_of(host);
  digest.resets = host.resets;
  for (const store::ReadSource& source : host.sources)
    if (!source.description.excluded_rows.empty())
      digest.left_out.push_back({source.description.name, source.description.excluded_rows});
  add_disks(activity, digest);
  add_interfaces(activity, digest);
  digest.memory = memory_of(activity);
  digest.highest_load = highest_load_of(activity);
  digest.counters = counters_of(activity);
  return digest;
}

}  // namespace tscollect::app
