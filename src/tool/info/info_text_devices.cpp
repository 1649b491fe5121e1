#include "base/text/format.hpp"
#include "base/text/text_table.hpp"
#include "tool/info/info.hpp"
#include "tool/natural_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace tscollect::tool {

namespace {

constexpr std::size_t most_hosts_shown = 4;  // with a line for each device

/// A kind of device, and the title of its table.
struct Kind {
  std::string_view role;
  std::string_view subject;  ///< subject of its quantities
  std::string_view title;
  bool always = true;  ///< otherwise only with --all
};
constexpr auto kinds =
    std::to_array<Kind>({{"disk", "disk", "Disks"},
                         {"head", "disk", "NVMe heads"},
                         {"path", "disk", "Paths behind NVMe heads", false},
                         {"stacked", "disk", "Disks built on others"},
                         {"virtual", "disk", "Virtual disks", false},
                         {"partition", "disk", "Partitions", false},
                         {"physical", "net", "Interfaces"},
                         {"stacked", "net", "Interfaces built on others", false},
                         {"virtual", "net", "Virtual interfaces", false},
                         {"loopback", "net", "Loopback", false},
                         {"port", "rdma", "RDMA ports"},
                         {"mount", "nfs", "NFS mounts"},
                         {"mount", "lustre", "Lustre file systems"},
                         {"connection", "lustre", "Connections to Lustre's servers", false}});

bool is_file_system(const Kind& kind) { return kind.subject == "nfs" || kind.subject == "lustre"; }

bool is_of(const analysis::DeviceSummary& device, const Kind& kind) {
  return device.role == kind.role && !device.measures.empty() &&
         device.measures.front().quantity->name.starts_with(kind.subject);
}

struct Entry {
  const std::string* host;
  const analysis::DeviceSummary* device;
};

std::vector<Entry> entries_of(const RunReport& report, const Kind& kind) {
  std::vector<Entry> entries;
  for (const analysis::HostActivity& host : report.summary.hosts)
    for (const analysis::DeviceSummary& device : host.devices)
      if (is_of(device, kind)) entries.push_back({&host.name, &device});
  std::ranges::stable_sort(entries, [](const Entry& one, const Entry& other) {
    return *one.host == *other.host ? comes_before(one.device->name, other.device->name)
                                    : comes_before(*one.host, *other.host);
  });
  return entries;
}

std::string disk_rows(const std::vector<Entry>& entries, bool names_hosts) {
  std::vector<std::string> heading = {"disk",    "read MB/s", "write MB/s", "reads/s", "writes/s",
                                      "read ms", "write ms",  "queue",      "busy %"};
  if (names_hosts) heading.insert(heading.begin(), "host");
  base::TextTable table(heading, 2, names_hosts ? 2 : 1);
  for (const Entry& entry : entries) {
    const auto& measures = entry.device->measures;
    std::vector<std::string> row = {base::displayed(entry.device->name),
                                    mean_text(measures, "disk.read.throughput", megabyte),
                                    mean_text(measures, "disk.write.throughput", megabyte),
                                    mean_text(measures, "disk.read.iops"),
                                    mean_text(measures, "disk.write.iops"),
                                    mean_text(measures, "disk.read.latency"),
                                    mean_text(measures, "disk.write.latency"),
                                    mean_text(measures, "disk.queue_depth"),
                                    mean_text(measures, "disk.busy")};
    if (names_hosts) row.insert(row.begin(), base::displayed(*entry.host));
    table.add(std::move(row));
  }
  return table.text();
}

/// A mount has the bytes of programs; a connection to a server those of requests.
std::string file_system_rows(const std::vector<Entry>& entries, bool names_hosts,
                             const Kind& kind) {
  const std::string subject(kind.subject);
  const bool is_mount = kind.role == "mount";
  const std::string side = is_mount ? "." : ".server_";
  const bool has_times = !is_mount || subject == "nfs";
  std::vector<std::string> heading = {std::string(kind.role), "read MB/s", "peak", "write MB/s",
                                      "peak"};
  if (has_times) heading.insert(heading.end(), {"read ms", "write ms"});
  if (names_hosts) heading.insert(heading.begin(), "host");
  base::TextTable table(heading, 2, names_hosts ? 2 : 1);
  for (const Entry& entry : entries) {
    const auto& measures = entry.device->measures;
    std::vector<std::string> row = {base::displayed(entry.device->name)};
    for (const std::string& way : {side + "read.throughput", side + "write.throughput"}) {
      row.push_back(mean_text(measures, subject + way, megabyte));
      row.push_back(peak_text(measures, subject + way, megabyte));
    }
    for (const char* time : {".read.response_time", ".write.response_time"})
      if (has_times) row.push_back(mean_text(measures, subject + time));
    if (names_hosts) row.insert(row.begin(), base::displayed(*entry.host));
    table.add(std::move(row));
  }
  return table.text();
}

std::string network_rows(const std::vector<Entry>& entries, bool names_hosts, const Kind& kind) {
  const std::string subject(kind.subject);
  std::vector<std::string> heading = {kind.role == "port" ? "port" : "interface", "received MB/s",
                                      "peak", "sent MB/s", "peak"};
  if (names_hosts) heading.insert(heading.begin(), "host");
  base::TextTable table(heading, 2, names_hosts ? 2 : 1);
  for (const Entry& entry : entries) {
    const auto& measures = entry.device->measures;
    std::vector<std::string> row = {base::displayed(entry.device->name),
                                    mean_text(measures, subject + ".rx.throughput", megabyte),
                                    peak_text(measures, subject + ".rx.throughput", megabyte),
                                    mean_text(measures, subject + ".tx.throughput", megabyte),
                                    peak_text(measures, subject + ".tx.throughput", megabyte)};
    if (names_hosts) row.insert(row.begin(), base::displayed(*entry.host));
    table.add(std::move(row));
  }
  return table.text();
}

/// For many hosts: a line per device name with the lowest, the median and the highest host.
std::string rows_by_name(const std::vector<Entry>& entries, const Kind& kind) {
  const std::string subject(kind.subject);
  const bool is_storage = subject == "disk" || is_file_system(kind);
  const std::string side = kind.role == "connection" ? ".server_" : ".";
  const std::string in = is_storage ? side + "read.throughput" : ".rx.throughput";
  const std::string out = is_storage ? side + "write.throughput" : ".tx.throughput";
  const std::array<std::string, 2> quantities = {subject + in, subject + out};
  const std::string first = is_storage ? "read MB/s" : "received MB/s";
  const std::string second = is_storage ? "write MB/s" : "sent MB/s";
  std::map<std::string, std::vector<Entry>, decltype(&comes_before)> by_name(&comes_before);
  for (const Entry& entry : entries) by_name[entry.device->name].push_back(entry);
  base::TextTable table({"device", "hosts", first + ", median", "lowest", "highest",
                         second + ", median", "lowest", "highest"});
  for (const auto& [name, devices] : by_name) {
    std::vector<std::string> row = {base::displayed(name), std::to_string(devices.size())};
    for (const std::string& quantity : quantities) {
      std::vector<double> means;
      for (const Entry& entry : devices)
        if (const analysis::Tally* tally = analysis::find_measure(entry.device->measures, quantity))
          means.push_back(*tally->mean() / megabyte);
      std::ranges::sort(means);
      if (means.empty())
        row.insert(row.end(), {"-", "-", "-"});
      else
        row.insert(row.end(),
                   {base::short_number(means[means.size() / 2]), base::short_number(means.front()),
                    base::short_number(means.back())});
    }
    table.add(std::move(row));
  }
  return table.text();
}

}  // namespace

std::string devices_text(const RunReport& report) {
  std::string text;
  const std::size_t hosts = report.summary.hosts.size();
  for (const Kind& kind : kinds) {
    const std::vector<Entry> entries = entries_of(report, kind);
    // A path counts if its head does not, and is shown then.
    const bool counts =
        kind.role != "connection" &&
        std::ranges::any_of(entries, [](const Entry& entry) { return entry.device->counted; });
    if (entries.empty() || (!kind.always && !counts && !report.everything)) continue;
    text += fmt::format("\n{}, over the whole run\n", kind.title);
    if (hosts > most_hosts_shown && !report.everything)
      text += rows_by_name(entries, kind);
    else if (kind.subject == "disk")
      text += disk_rows(entries, hosts > 1);
    else if (is_file_system(kind))
      text += file_system_rows(entries, hosts > 1, kind);
    else
      text += network_rows(entries, hosts > 1, kind);
  }
  std::size_t idle = 0;
  for (const analysis::HostActivity& host : report.summary.hosts) idle += host.idle_devices;
  if (idle > 0)
    text += fmt::format(
        "  {} did nothing\n",
        base::counted(static_cast<std::int64_t>(idle), text.empty() ? "device" : "other device"));
  return text.empty() || text.front() == '\n' ? text : '\n' + text;
}

}  // namespace tscollect::tool
