#include "support/busy_host.hpp"

#include "support/host_blocks.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace tscollect::tests {

namespace {

using Series = std::vector<double>;  ///< a value for each tick
using enum Kind;
using enum ValueType;

constexpr double mib = 1 << 20;

/// A field with its series: counters are given by their growth in each second.
struct Field {
  std::string name;
  std::string unit;
  Kind kind = counter;
  Series series;
};

/// The rows of a source; all have the same fields, in the same order.
struct Row {
  block::HostRow description;
  std::vector<Field> fields;
};

Series times(const Series& series, double factor) {
  Series product = series;
  for (double& value : product) value *= factor;
  return product;
}

Series plus(const Series& one, const Series& other) {
  Series sum = one;
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += other[i];
  return sum;
}

/// Whole events; what is left of one comes in a later second.
Series whole(const Series& series) {
  Series events;
  double sum = 0;
  double done = 0;
  for (const double value : series) {
    sum += value;
    events.push_back(std::floor(sum) - done);
    done = std::floor(sum);
  }
  return events;
}

/// What the benchmark does on a host in each second.
struct Load {
  Series read, written, exchanged, busy;  ///< bytes; share of the CPUs
  std::mt19937 random;

  explicit Load(const BusyHost& host) : random(static_cast<unsigned>(host.number + 1)) {
    const double usual = std::clamp(std::normal_distribution(1.0, 0.04)(random), 0.9, 1.1);
    const double pace = host.is_slow ? 0.45 : usual;
    const double begin = std::uniform_real_distribution(0.0, 6.0)(random);
    for (std::size_t i = 0; i < host.ticks; ++i) {
      const double at = 2 * static_cast<double>(i) / static_cast<double>(host.ticks);
      const double turn = at - std::floor(at);
      const auto in = [turn](double from, double to) {
        return turn > from && turn < to ? 1.0 : 0.0;
      };
      const double breath = 1 + 0.15 * std::sin(static_cast<double>(i) / 7 + begin);
      const double writes = in(0.06, 0.42);
      const double reads = in(0.64, 0.95);
      const double sends = in(0.46, 0.6);
      written.push_back(1.6e9 * writes * breath * noise(0.1) * pace + 2e4 * noise(0.5));
      read.push_back(2.4e9 * reads * breath * noise(0.1) * pace);
      exchanged.push_back((5e9 * sends + 0.05e9 * (writes + reads)) * noise(0.1) * pace + 4e3);
      busy.push_back(
          std::clamp((0.03 + 0.3 * writes + 0.75 * sends + 0.2 * reads) * noise(0.05), 0.0, 0.99));
    }
  }

  double noise(double width) { return std::max(0.0, std::normal_distribution(1.0, width)(random)); }
  [[nodiscard]] std::size_t ticks() const { return read.size(); }
  [[nodiscard]] Series constant(double value) const { return Series(ticks(), value); }
};

std::vector<Field> disk_fields(const Load& load, double share) {
  const Series reads = whole(times(load.read, share / mib));
  const Series writes = whole(times(load.written, share / mib));
  Series busy;
  for (std::size_t i = 0; i < load.ticks(); ++i)
    busy.push_back(std::min(1000.0, reads[i] * 0.7 + writes[i] * 0.9));
  return {
      {"reads_completed", "count", counter, reads},
      {"sectors_read", "sectors", counter, times(load.read, share / 512)},
      {"time_reading_ms", "ms", counter, times(reads, 2.2)},
      {"writes_completed", "count", counter, writes},
      {"sectors_written", "sectors", counter, times(load.written, share / 512)},
      {"time_writing_ms", "ms", counter, times(writes, 4.1)},
      {"time_doing_ios_ms", "ms", counter, busy},
      {"weighted_time_doing_ios_ms", "ms", counter, plus(times(reads, 2.2), times(writes, 4.1))}};
}

std::vector<Field> interface_fields(const Series& bytes) {
  return {{"rx_bytes", "bytes", counter, bytes},
          {"rx_packets", "count", counter, times(bytes, 1.0 / 4000)},
          {"rx_errors", "count", counter, times(bytes, 0)},
          {"rx_dropped", "count", counter, times(bytes, 1e-9)},
          {"tx_bytes", "bytes", counter, times(bytes, 0.97)},
          {"tx_packets", "count", counter, times(bytes, 1.0 / 4100)},
          {"tx_errors", "count", counter, times(bytes, 0)},
          {"tx_dropped", "count", counter, times(bytes, 0)}};
}

std::vector<Field> cpu_fields(const Load& load) {
  constexpr double clock_ticks = 64 * 100;  // of 64 CPUs in a second
  const Series waiting = times(plus(load.read, load.written), 5e-11);
  Series idle;
  for (std::size_t i = 0; i < load.ticks(); ++i)
    idle.push_back(clock_ticks * std::max(0.0, 1 - load.busy[i] - waiting[i]));
  return {{"user", "ticks", counter, times(load.busy, 0.7 * clock_ticks)},
          {"nice", "ticks", counter, load.constant(0)},
          {"system", "ticks", counter, times(load.busy, 0.3 * clock_ticks)},
          {"idle", "ticks", counter, idle},
          {"iowait", "ticks", counter, times(waiting, clock_ticks)},
          {"irq", "ticks", counter, load.constant(0)},
          {"softirq", "ticks", counter, load.constant(1)},
          {"steal", "ticks", counter, load.constant(0)},
          {"context_switches", "count", counter, times(load.busy, 2e5)},
          {"procs_running", "count", gauge, times(load.busy, 64)},
          {"procs_blocked", "count", gauge, times(waiting, 100)}};
}

std::vector<Field> memory_fields(const Load& load) {
  constexpr double gib_in_kib = mib;
  Series available;
  Series dirty;
  double unwritten = 0;
  for (std::size_t i = 0; i < load.ticks(); ++i) {
    unwritten = 0.9 * unwritten + 0.1 * load.written[i] / 1e9;
    dirty.push_back(unwritten * gib_in_kib);
    available.push_back((230 - 60 * load.busy[i] - 8 * unwritten) * gib_in_kib);
  }
  return {{"MemTotal", "KiB", gauge, load.constant(256 * gib_in_kib)},
          {"MemAvailable", "KiB", gauge, available},
          {"Cached", "KiB", gauge, times(dirty, 6)},
          {"Dirty", "KiB", gauge, dirty},
          {"Writeback", "KiB", gauge, times(dirty, 0.2)}};
}

std::vector<Field> load_fields(const Load& load) {
  Series average;
  double value = 0;
  for (const double busy : load.busy) average.push_back(value += (64 * busy - value) / 60);
  return {{"load_1min", "processes", gauge, average},
          {"running_processes", "count", gauge, times(load.busy, 64)}};
}

std::vector<Field> nfs_fields(const Load& load, double share) {
  const Series asked = times(load.read, share);
  const Series written = times(load.written, share);
  const Series nothing = load.constant(0);
  const Series reads = whole(times(asked, 0.6 / mib));
  const Series writes = whole(times(written, 1 / mib));
  return {{"application_read_bytes", "bytes", counter, asked},
          {"application_write_bytes", "bytes", counter, written},
          {"direct_read_bytes", "bytes", counter, nothing},
          {"direct_write_bytes", "bytes", counter, nothing},
          {"server_read_bytes", "bytes", counter, times(asked, 0.6)},
          {"server_write_bytes", "bytes", counter, written},
          {"READ_operations", "count", counter, reads},
          {"WRITE_operations", "count", counter, writes},
          {"READ_response_ms", "ms", counter, times(reads, 3.1)},
          {"WRITE_response_ms", "ms", counter, times(writes, 5.5)}};
}

std::vector<Field> lustre_fields(const Load& load, double of_programs, double of_servers) {
  const Series reads = whole(times(load.read, (of_programs + of_servers) / 4 / mib));
  const Series writes = whole(times(load.written, (of_programs + of_servers) / 4 / mib));
  return {{"read_bytes_samples", "count", counter, reads},
          {"read_bytes_sum", "bytes", counter, times(load.read, of_programs + of_servers)},
          {"write_bytes_samples", "count", counter, writes},
          {"write_bytes_sum", "bytes", counter, times(load.written, of_programs + of_servers)},
          {"open_samples", "count", counter, times(load.busy, 900)},
          {"ost_read_samples", "count", counter, reads},
          {"ost_read_us", "us", counter, times(reads, 1900)},
          {"ost_write_samples", "count", counter, writes},
          {"ost_write_us", "us", counter, times(writes, 2700)},
          {"req_waittime_samples", "count", counter, times(load.busy, 700)},
          {"req_waittime_us", "us", counter, times(load.busy, 700 * 320)}};
}

block::HostSource source_like(std::string name, std::string row_dimension,
                              std::string row_name_field) {
  block::HostSource source;
  source.name = std::move(name);
  source.kernel_document = "https://www.kernel.org/doc/html/latest/filesystems/proc.html";
  source.summary = source.name + " of the host";
  source.row_dimension = std::move(row_dimension);
  source.row_name_field = std::move(row_name_field);
  return source;
}

/// Adds a source with these rows, as far as the host has samples.
void add(block::HostBlock& block, block::HostSource source, const std::vector<Row>& rows,
         const std::vector<std::size_t>& ticks, bool begins_again = false) {
  for (const Field& field : rows.front().fields)
    source.fields.push_back({field.name, field.unit, field.kind, integer, 64});
  const bool flat = source.row_dimension.empty();
  for (const Row& row : rows)
    if (!flat) source.rows.push_back(row.description);
  const bool is_real = source.name == "loadavg";
  if (is_real) source.values.type = real;
  std::vector<std::vector<double>> columns;
  for (const Row& row : rows)
    for (const Field& field : row.fields) {
      Series& values = columns.emplace_back(field.series);
      double sum = field.kind == counter ? 1e9 : 0;
      for (std::size_t i = 0; field.kind == counter && i < values.size(); ++i) {
        if (begins_again && i == values.size() * 4 / 5) sum = 0;
        values[i] = sum += values[i];
      }
    }
  std::vector<std::int64_t> cells;
  for (const std::size_t tick : ticks)
    for (const auto& column : columns)
      cells.push_back(is_real ? std::bit_cast<std::int64_t>(column[tick])
                              : static_cast<std::int64_t>(column[tick]));
  const std::string name = source.name;
  block.sources.push_back(std::move(source));
  set_values(block, name, cells);
}

void add_devices(block::HostBlock& block, const Load& load, const BusyHost& host,
                 const std::vector<std::size_t>& ticks) {
  block::HostSource disks = source_like("diskstats", "disk", "device_name");
  disks.row_attributes = {"major", "minor", "is_partition"};
  disks.row_texts = {"role", "model"};
  add(block, disks,
      {{{"nvme0n1", {259, 0, 0}, {"disk", "SSD"}}, disk_fields(load, 0.5)},
       {{"nvme1n1", {259, 1, 0}, {"disk", "SSD"}}, disk_fields(load, 0.5)},
       {{"nvme0n1p1", {259, 2, 1}, {"partition", ""}}, disk_fields(load, 0.5)},
       {{"dm-0", {253, 0, 0}, {"stacked", ""}}, disk_fields(load, 1)}},
      ticks, host.disk_begins_again);
  block::HostSource interfaces = source_like("netdev", "interface", "interface_name");
  interfaces.row_attributes = {"speed_mbps"};
  interfaces.row_texts = {"role"};
  add(block, interfaces,
      {{{"lo", {-1}, {"loopback"}}, interface_fields(times(load.exchanged, 0.3))},
       {{"hsn0", {100'000}, {"physical"}}, interface_fields(load.exchanged)}},
      ticks);
  add(block, source_like("rdma", "port", "port_name"),
      {{{"mlx5_0/1", {}, {}},
        {{"port_rcv_data", "4 bytes", counter, times(load.exchanged, 0.5)},
         {"port_xmit_data", "4 bytes", counter, times(load.exchanged, 0.48)},
         {"port_rcv_errors", "count", counter, load.constant(0)},
         {"port_xmit_discards", "count", counter, load.constant(0)},
         {"rate_mbps", "Mb/s", gauge, load.constant(200'000)}}}},
      ticks);
  add(block, source_like("nfs", "mount", "mount_name"),
      {{{"/home", {}, {}}, nfs_fields(load, 0.05)}, {{"/scratch", {}, {}}, nfs_fields(load, 0.4)}},
      ticks);
  add(block, source_like("lustre", "lustre_instance", "instance_name"),
      {{{"llite/work-1", {}, {}}, lustre_fields(load, 0.8, 0)},
       {{"osc/work-OST0000-osc-1", {}, {}}, lustre_fields(load, 0, 0.4)},
       {{"osc/work-OST0001-osc-1", {}, {}}, lustre_fields(load, 0, 0.4)},
       {{"mdc/work-MDT0000-mdc-1", {}, {}}, lustre_fields(load, 0, 0)}},
      ticks);
  block::HostSource zones = source_like("power", "power_zone", "zone_name");
  zones.row_texts = {"name"};
  add(block, zones,
      {{{"intel-rapl:0", {}, {"package-0"}},
        {{"energy_uj", "uJ", counter, plus(times(load.busy, 200e6), load.constant(80e6))}}}},
      ticks);
  std::vector<Row> gpus;
  for (const char* name : {"0000:41:00.0", "0000:81:00.0"})
    gpus.push_back(
        {{name, {}, {}},
         {{"utilization_gpu_percent", "%", gauge, times(load.busy, 90)},
          {"memory_used_bytes", "bytes", gauge, load.constant(30e9)},
          {"power_mw", "mW", gauge, plus(times(load.busy, 300e3), load.constant(60e3))}}});
  add(block, source_like("gpu", "gpu_device", "gpu_name"), gpus, ticks);
}

}  // namespace

block::HostBlock busy_block(const BusyHost& host) {
  std::vector<std::size_t> ticks;
  for (std::size_t i = 0; i < host.ticks; ++i)
    if (!host.skips_ticks || i < host.ticks / 4 || i >= host.ticks / 4 + host.ticks / 12)
      ticks.push_back(i);
  Load load(host);
  block::HostBlock block = make_block(host.name, ticks.size());
  block.sources.clear();
  block.payload.clear();
  if (host.disk_begins_again) block.summary.reset_count = 1;
  block.summary.missed_ticks = static_cast<std::int64_t>(host.ticks - ticks.size());
  const auto along = [&](auto value_at) {
    std::vector<std::int64_t> values;
    for (const std::size_t tick : ticks)
      values.push_back(value_at(static_cast<std::int64_t>(tick)));
    return chunked(values, {values.size()}, integer, block.payload);
  };
  constexpr std::int64_t second_ns = 1'000'000'000;
  block.tick = along([](std::int64_t tick) { return tick; });
  block.time = along([](std::int64_t tick) { return start_ns + tick * second_ns + 60'000; });
  block.lateness = along([](std::int64_t) { return 60'000; });
  block.duration = along([](std::int64_t) { return 150'000; });
  if (!ticks.empty())
    block.summary.last_time_ns = start_ns + static_cast<std::int64_t>(ticks.back()) * second_ns;
  const auto flat = [&](const char* name, std::vector<Field> fields) {
    add(block, source_like(name, "", ""), {{{}, std::move(fields)}}, ticks);
  };
  add_devices(block, load, host, ticks);
  flat("cpu", cpu_fields(load));
  flat("meminfo", memory_fields(load));
  flat("loadavg", load_fields(load));
  flat("vmstat", {{"pgmajfault", "count", counter, times(load.busy, 40)},
                  {"pswpin", "pages", counter, load.constant(0)},
                  {"pswpout", "pages", counter, times(load.busy, 3)}});
  const Series waiting = times(plus(load.read, load.written), 1e-4);
  flat("pressure", {{"cpu_some_total", "us", counter, times(load.busy, 1e5)},
                    {"io_some_total", "us", counter, waiting},
                    {"io_full_total", "us", counter, times(waiting, 0.5)},
                    {"memory_some_total", "us", counter, times(load.busy, 2e3)}});
  flat("tcp", {{"TcpOutSegs", "count", counter, times(load.exchanged, 1e-4)},
               {"TcpInSegs", "count", counter, times(load.exchanged, 1e-4)},
               {"TcpRetransSegs", "count", counter, times(load.exchanged, 1e-8)}});
  return block;
}

}  // namespace tscollect::tests
