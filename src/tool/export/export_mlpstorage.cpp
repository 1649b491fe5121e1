// The time series file of MLPerf Storage (mlcommons/storage, mlpstorage_py/benchmarks/base.py:
// write_timeseries_data), byte for byte: what Python's json.dump with indent=2 makes of its
// TimeSeriesData. Beyond `-f json` that means: times of whole seconds, the five sources and the
// statistics that its parsers know, hosts under the names that the benchmark was given, and a
// collection_method that its readers know.

#include "store/json/json_value.hpp"
#include "tool/export/export.hpp"
#include "tool/export/mlpstorage_hosts.hpp"

#include <tscollect/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace tscollect::tool {

namespace {

using store::Json;

constexpr std::array members = {"timestamp", "hostname", "diskstats", "vmstat",
                                "meminfo",   "loadavg",  "netdev",    "errors"};
constexpr std::array five = {"diskstats", "vmstat", "meminfo", "loadavg", "netdev"};

/// A device's row in the reference: without the first `required` statistics the row is skipped;
/// what the kernel has beyond these is ignored.
struct KnownRow {
  std::string_view source;
  std::size_t required;
  std::vector<std::string_view> fields;
};

const std::array<KnownRow, 2>& known_rows() {
  static const std::array<KnownRow, 2> rows = {
      KnownRow{"diskstats",
               12,
               {"device_name", "reads_completed", "reads_merged", "sectors_read", "time_reading_ms",
                "writes_completed", "writes_merged", "sectors_written", "time_writing_ms",
                "ios_in_progress", "time_doing_ios_ms", "weighted_time_doing_ios_ms",
                "discards_completed", "discards_merged", "sectors_discarded", "time_discarding_ms",
                "flush_requests_completed", "time_flushing_ms"}},
      KnownRow{"netdev",
               17,
               {"interface_name", "rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "rx_fifo",
                "rx_frame", "rx_compressed", "rx_multicast", "tx_bytes", "tx_packets", "tx_errors",
                "tx_dropped", "tx_fifo", "tx_collisions", "tx_carrier", "tx_compressed"}}};
  return rows;
}

/// The value as json.dump(…, indent=2) prints it `depth` levels deep: ASCII only.
std::string printed(const Json& value, std::size_t depth) {
  const std::string text = value.dump(2, ' ', true, Json::error_handler_t::replace);
  std::string moved;
  moved.reserve(text.size());
  for (const char c : text) {
    moved += c;
    if (c == '\n') moved.append(2 * depth, ' ');
  }
  return moved;
}

/// "2026-01-24T22:20:00.123Z" without its fraction.
std::string whole_seconds(std::string_view time) {
  const std::size_t dot = time.find('.');
  return dot == std::string_view::npos ? std::string(time)
                                       : fmt::format("{}Z", time.substr(0, dot));
}

Json known_devices(const Json& devices, const KnownRow& known) {
  Json rows = Json::array();
  for (const Json& device : devices) {
    Json row = Json::object();
    for (const std::string_view field : known.fields)
      if (const auto found = device.find(std::string(field)); found != device.end())
        row[std::string(field)] = *found;
    const bool is_whole = std::ranges::all_of(
        known.fields.begin(), known.fields.begin() + static_cast<std::ptrdiff_t>(known.required),
        [&row](std::string_view field) { return row.contains(std::string(field)); });
    if (is_whole) rows.push_back(std::move(row));
  }
  return rows;
}

Json known_errors(const Json& errors) {
  Json known = Json::object();
  for (const char* source : five)
    if (const auto found = errors.find(source); found != errors.end()) known[source] = *found;
  return known;
}

Json reference_sample(const TimeSeriesSample& sample) {
  const Json all = store::to_value(sample);
  Json chosen = Json::object();
  for (const char* member : members) {
    const auto found = all.find(member);
    if (found == all.end()) continue;
    const auto known = std::ranges::find(known_rows(), std::string_view(member), &KnownRow::source);
    if (known != known_rows().end())
      chosen[member] = known_devices(*found, *known);
    else if (std::string_view(member) == "timestamp")
      chosen[member] = whole_seconds(sample.timestamp);
    else if (std::string_view(member) != "errors")
      chosen[member] = *found;
    else if (Json errors = known_errors(*found); !errors.empty())
      chosen[member] = std::move(errors);
  }
  return chosen;
}

/// How many samples of a host are chosen.
std::int64_t count_samples(const RunInput& input, const SampleFilter& filter,
                           const std::string& name) {
  const store::HostReader host = readable([&] { return input.reader().open_host(name); });
  if (filter.times.empty()) return static_cast<std::int64_t>(host.samples());
  constexpr std::uint64_t at_once = 8192;
  std::int64_t count = 0;
  for (std::uint64_t first = 0; first < host.samples(); first += at_once) {
    const store::HostTimes times = readable([&] { return host.read_times(first, at_once); });
    for (std::size_t row = 0; row < times.tick.size(); ++row) count += filter.has_time(times, row);
  }
  return count;
}

/// The hosts to write, with the number of samples of each.
struct ChosenHost {
  GivenHost host;
  std::int64_t samples = 0;
};

std::vector<ChosenHost> chosen_hosts(const RunInput& input, const SampleFilter& filter,
                                     const std::string& given) {
  std::vector<GivenHost> hosts;
  if (!given.empty())
    hosts = match_given_hosts(parse_given_hosts(given), input.hosts());
  else
    for (const std::string& name : input.run().hosts_requested) hosts.push_back({name, name});
  std::vector<ChosenHost> chosen;
  const std::vector<std::string> collected = input.collected();
  for (GivenHost& host : hosts) {
    if (!filter.hosts.fit(host.name.value_or(host.given))) continue;
    if (host.name && std::ranges::find(collected, *host.name) == collected.end()) host.name.reset();
    const std::int64_t samples = host.name ? count_samples(input, filter, *host.name) : 0;
    chosen.push_back({std::move(host), samples});
  }
  return chosen;
}

void write_samples(const RunInput& input, const SampleFilter& filter, const std::string& name,
                   Output& output, base::Progress& progress, std::size_t& done) {
  constexpr std::size_t depth = 3;
  bool is_first = true;
  input.read_in_parts(name, [&](const store::ReadHost& part) {
    std::size_t row = 0;
    store::for_each_sample(part, [&](TimeSeriesSample&& sample) {
      progress.show(++done);
      if (!filter.has_time(part, row++)) return;
      filter.apply(sample);
      output.write(is_first ? "\n      " : ",\n      ");
      output.write(printed(reference_sample(sample), depth));
      is_first = false;
    });
  });
  if (!is_first) output.write("\n    ");
}

std::string member(std::string_view name, const Json& value) {
  return fmt::format("\n  \"{}\": {}", name, printed(value, 1));
}

}  // namespace

void export_mlpstorage(const RunInput& input, const SampleFilter& filter, const std::string& given,
                       Output& output, base::Progress& progress) {
  const std::vector<ChosenHost> hosts = chosen_hosts(input, filter, given);
  std::int64_t samples = 0;
  Json requested = Json::array();
  Json collected = Json::array();
  for (const ChosenHost& host : hosts) {
    samples += host.samples;
    requested.push_back(host.host.given);
    if (host.samples > 0) collected.push_back(host.host.given);
  }
  const block::RunInfo& run = input.run();
  output.write("{" + member("collection_interval_seconds", run.collection_interval_seconds) + ',' +
               member("start_time", whole_seconds(run.start_time)) + ',' +
               member("end_time", whole_seconds(run.end_time)) + ',' +
               member("num_samples", samples) + ",\n  \"samples_by_host\": {");
  std::size_t done = 0;
  bool is_first = true;
  for (const ChosenHost& host : hosts) {
    output.write(is_first ? "\n    " : ",\n    ");
    output.write(printed(host.host.given, 0) + ": [");
    if (host.samples > 0) write_samples(input, filter, *host.host.name, output, progress, done);
    output.write("]");
    is_first = false;
  }
  // The two that the benchmark's readers know: several hosts are "ssh" to them.
  const char* method = collected.size() > 1 ? "ssh" : "local";
  output.write((is_first ? "}," : "\n  },") + member("collection_method", method) + ',' +
               member("hosts_requested", requested) + ',' + member("hosts_collected", collected) +
               "\n}");
}

std::string mlpstorage_file_name(const RunInput& input, const std::string& benchmark,
                                 const std::filesystem::path& folder) {
  // Its results lie in folders named by their time; else "2026-01-24T22:20:00" gives it.
  std::error_code ignored;
  std::string time = std::filesystem::canonical(folder, ignored).filename().string();
  const auto is_time = [](const std::string& text) {
    constexpr std::string_view form = "00000000_000000";
    return std::ranges::equal(text, form, [](char c, char wanted) {
      return wanted == '_' ? c == '_' : c >= '0' && c <= '9';
    });
  };
  if (!is_time(time)) {
    time = input.run().start_time.substr(0, std::string_view("2026-01-24T22:20:00").size());
    std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
    std::ranges::replace(time, 'T', '_');
  }
  return fmt::format("{}_{}_timeseries.json", benchmark, time);
}

}  // namespace tscollect::tool
