// Disks or RDMA ports of one host that share the load unevenly.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"
#include "analysis/reduce/outliers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace tscollect::analysis {

namespace {

constexpr double least_of_all = 0.1;  // of the total of the host's devices
constexpr double most_of_median = 0.5;
constexpr double least_throughput = 10e6;  // bytes a second, all disks together
constexpr double least_link_share = 10;    // percent, all ports together

constexpr RuleDescription about = {
    .name = "uneven-devices",
    .title = "Uneven devices",
    .kind = FindingKind::trouble,
    .rule =
        "of the disks of a host that move a tenth or more of its 10 MB/s or more each, one moves "
        "less than half of what the median of them does, over a phase; likewise for RDMA ports "
        "and the share of their links",
    .needs = "a host with two busy disks or RDMA ports",
    .cannot_know =
        "Whether they were meant to share the work: a disk of the system beside those of "
        "the data is no fault",
};

/// A kind of device, and the quantity that measures its load.
struct Subject {
  std::string_view source;
  std::array<std::string_view, 2> quantities;
  std::string_view unit;
  double least = 0;
};
constexpr auto subjects = std::to_array<Subject>(
    {{"diskstats", {"disk.read.throughput", "disk.write.throughput"}, "bytes/s", least_throughput},
     {"rdma", {"rdma.rx.link_share", "rdma.tx.link_share"}, "%", least_link_share}});

struct Done {
  std::string device;
  double value = 0;
};

class UnevenDevices final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    for (const Subject& subject : subjects)
      for (std::size_t part = 0; part < context.parts.size(); ++part)
        look(host, subject, part, context);
  }

 private:
  void look(const HostView& host, const Subject& subject, std::size_t part,
            const RuleContext& context) {
    std::vector<Done> devices;
    double sum = 0;
    for (const DeviceSlots& device : host.series.devices()) {
      if (device.source != subject.source) continue;
      Done done{device.name, 0};
      for (const std::string_view quantity : subject.quantities)
        if (const SlotSeries* series = device.find(quantity))
          done.value += series->mean(context.parts[part].slots).value_or(0);
      sum += done.value;
      devices.push_back(std::move(done));
    }
    std::erase_if(devices, [sum](const Done& one) { return one.value < least_of_all * sum; });
    if (sum < subject.least || devices.size() < 2) return;
    set_judged();
    std::vector<double> values;
    for (const Done& one : devices) values.push_back(one.value);
    const double median = median_of(values);
    std::ranges::stable_sort(devices, {}, &Done::value);
    const Done& least = devices.front();
    if (least.value >= most_of_median * median) return;
    const Done& most = devices.back();
    add(part,
        {host.summary.name,
         {},
         1 - least.value / median,
         "shared the work unevenly among its devices in",
         fmt::format("{} moved {}, {} moved {}", least.device, with_unit(least.value, subject.unit),
                     most.device, with_unit(most.value, subject.unit)),
         context.parts[part].period,
         {{least.device, with_unit(least.value, subject.unit), "half of the median"},
          {"median of its busy devices", with_unit(median, subject.unit), {}}}});
  }
};

}  // namespace

std::unique_ptr<Rule> uneven_devices_rule() { return std::make_unique<UnevenDevices>(); }

}  // namespace tscollect::analysis
