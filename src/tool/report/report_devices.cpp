// The page's data about devices.
#include "tool/report/report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace tscollect::tool {

namespace {

constexpr std::size_t most_devices = 100;  // names

constexpr auto device_columns = std::to_array<TableColumn>({{"disk.read.throughput", "Read"},
                                                            {"disk.write.throughput", "Written"},
                                                            {"disk.read.latency", "Read latency"},
                                                            {"disk.write.latency", "Write latency"},
                                                            {"disk.queue_depth", "Queue depth"},
                                                            {"disk.busy", "Busy"},
                                                            {"nfs.read.throughput", "Read"},
                                                            {"nfs.write.throughput", "Written"},
                                                            {"lustre.read.throughput", "Read"},
                                                            {"lustre.write.throughput", "Written"},
                                                            {"net.rx.throughput", "Received"},
                                                            {"net.tx.throughput", "Sent"},
                                                            {"rdma.rx.throughput", "Received"},
                                                            {"rdma.tx.throughput", "Sent"}});

/// Devices of the same name and kind on several hosts.
struct DeviceGroup {
  std::string_view role;
  std::size_t hosts = 0;
  /// By column: the mean over the run and the host's name.
  std::vector<std::vector<std::pair<double, std::string_view>>> values;
};
/// By subject ("disk"), role and name: a bond and a disk may be named alike.
using DeviceGroups =
    std::map<std::tuple<std::string_view, std::string_view, std::string>, DeviceGroup>;

DeviceGroups groups_of(const analysis::RunSummary& summary) {
  DeviceGroups groups;
  for (const analysis::HostActivity& host : summary.hosts)
    for (const analysis::DeviceSummary& device : host.devices) {
      if (!device.counted) continue;
      DeviceGroup* group = nullptr;
      for (std::size_t i = 0; i < device_columns.size(); ++i) {
        const std::string_view quantity = device_columns[i].quantity;
        const analysis::Tally* tally = find_measure(device.measures, quantity);
        if (tally == nullptr) continue;
        if (group == nullptr) {  // others are such as a connection to a server
          group = &groups[{quantity.substr(0, quantity.find('.')), device.role, device.name}];
          group->role = device.role;
          group->values.resize(device_columns.size());
          ++group->hosts;
        }
        group->values[i].emplace_back(*tally->mean(), host.name);
      }
    }
  return groups;
}

OrderedJson spread_of(std::vector<std::pair<double, std::string_view>> values) {
  if (values.empty()) return nullptr;
  std::ranges::stable_sort(values, {}, &std::pair<double, std::string_view>::first);
  OrderedJson value = {{"median", values[values.size() / 2].first}};
  if (values.size() > 1) {
    value["lowest"] = {values.front().first, shown(values.front().second)};
    value["highest"] = {values.back().first, shown(values.back().second)};
  }
  return value;
}

}  // namespace

/// A row for each name of a device, as hosts of a cluster have the same ones.
void add_devices(OrderedJson& data, const ReportContent& content) {
  const DeviceGroups groups = groups_of(*content.summary);
  std::vector<bool> used(device_columns.size(), false);
  for (const auto& [key, group] : groups)
    for (std::size_t i = 0; i < used.size(); ++i)
      if (std::ranges::any_of(group.values[i], [](const auto& one) { return one.first > 0; }))
        used[i] = true;
  OrderedJson metrics = OrderedJson::array();
  for (std::size_t i = 0; i < device_columns.size(); ++i)
    if (used[i])
      metrics.push_back({{"name", device_columns[i].quantity},
                         {"title", device_columns[i].title},
                         {"unit", analysis::find_quantity(device_columns[i].quantity)->unit}});
  OrderedJson rows = OrderedJson::array();
  for (const auto& [key, group] : groups) {
    if (rows.size() >= most_devices) break;
    OrderedJson values = OrderedJson::array();
    for (std::size_t i = 0; i < used.size(); ++i)
      if (used[i]) values.push_back(spread_of(group.values[i]));
    rows.push_back({{"name", shown(std::get<std::string>(key))},
                    {"kind", std::get<0>(key)},
                    {"what", shown(group.role)},
                    {"hosts", group.hosts},
                    {"values", std::move(values)}});
  }
  const std::size_t left_out = groups.size() - rows.size();
  std::size_t idle = 0;
  for (const analysis::HostActivity& host : content.summary->hosts) idle += host.idle_devices;
  data["devices"] = {{"metrics", std::move(metrics)},
                     {"rows", std::move(rows)},
                     {"left_out", left_out},
                     {"idle", idle}};
}

}  // namespace tscollect::tool
