// A host with much less throughput than the others.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"
#include "analysis/reduce/outliers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tscollect::analysis {

namespace {

constexpr double most_of_median = 0.75;
constexpr double least_median = 1e6;  // bytes a second
constexpr double deviations = 4;      // of the usual distance of hosts from their median
constexpr double usual_to_deviation = 1.4826;
constexpr std::size_t most_findings = 5;
constexpr std::size_t most_names = 8;

constexpr RuleDescription about = {
    .name = "straggler",
    .title = "Straggler",
    .kind = FindingKind::trouble,
    .rule =
        "a host moves 75 % or less of what the median host does, in the direction in which most "
        "is moved in a phase, and lies four times farther below it than hosts usually do; it "
        "takes 4 hosts and a median of 1 MB/s",
    .needs = "4 hosts with disks or networks",
    .cannot_know = "Whether it was given as much to do as the others",
};

struct Direction {
  std::string_view quantity;
  std::string_view verb;
};
constexpr auto directions =
    std::to_array<Direction>({{"nfs.read.throughput", "reads from NFS"},
                              {"nfs.write.throughput", "writes to NFS"},
                              {"lustre.read.throughput", "reads from Lustre"},
                              {"lustre.write.throughput", "writes to Lustre"},
                              {"disk.read.throughput", "reads"},
                              {"disk.write.throughput", "writes"},
                              {"rdma.rx.throughput", "receives"},
                              {"rdma.tx.throughput", "sends"},
                              {"net.rx.throughput", "receives"},
                              {"net.tx.throughput", "sends"}});

/// The mean over slots with known values; NaN if there are none.
double mean_of(const HostCurve& curve, const Slots& slots, const Slots::Range& range) {
  double sum = 0;
  double seconds = 0;
  for (std::size_t slot = range.first; slot < range.last; ++slot) {
    if (std::isnan(curve.mean(slot))) continue;
    const double length = slots.end(slot) - slots.begin(slot);
    sum += length * curve.mean(slot);
    seconds += length;
  }
  return seconds > 0 ? sum / seconds : absent;
}

/// Throughput of each host in a part, in one direction.
struct Moved {
  const Direction* direction = nullptr;
  const std::vector<HostCurve>* curves = nullptr;
  std::vector<double> means;  ///< by host; NaN if unknown
  double sum = 0;

  [[nodiscard]] std::vector<double> known() const {
    std::vector<double> values;
    for (const double mean : means)
      if (!std::isnan(mean)) values.push_back(mean);
    return values;
  }
};

Moved most_moved(const RunSlots& run, const Slots::Range& range) {
  Moved most;
  for (const Direction& direction : directions) {
    const auto* curves = run.find(direction.quantity);
    if (curves == nullptr) continue;
    Moved moved{&direction, curves, {}, 0};
    for (const HostCurve& curve : *curves) {
      moved.means.push_back(curve.is_known() ? mean_of(curve, run.slots(), range) : absent);
      if (!std::isnan(moved.means.back())) moved.sum += moved.means.back();
    }
    if (moved.sum > most.sum) most = std::move(moved);
  }
  return most;
}

/// From the first to the last slot in which the host is far below the others.
Period slow_period(const RunSlots& run, const Moved& moved, std::size_t host,
                   const Slots::Range& range) {
  const Slots& slots = run.slots();
  Period period;
  bool is_first = true;
  for (std::size_t slot = range.first; slot < range.last; ++slot) {
    std::vector<double> values;
    for (const HostCurve& curve : *moved.curves)
      if (curve.is_known() && !std::isnan(curve.mean(slot))) values.push_back(curve.mean(slot));
    const double own = (*moved.curves)[host].mean(slot);
    if (values.empty() || !(own <= most_of_median * median_of(values))) continue;
    if (is_first) period.begin = slots.begin(slot);
    is_first = false;
    period.end = slots.end(slot);
  }
  return period;
}

class Straggler final : public Rule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }
  void take(const HostView& /*host*/, const RuleContext& /*context*/) override {}
  [[nodiscard]] bool was_judged() const override { return judged_; }

  [[nodiscard]] std::vector<Finding> finish(const RunSlots& run,
                                            const RuleContext& context) override {
    std::vector<Finding> findings;
    const std::size_t first = context.parts.size() > 1 ? 1 : 0;
    for (std::size_t part = first; part < context.parts.size(); ++part) {
      const Moved moved = most_moved(run, context.parts[part].slots);
      if (moved.direction == nullptr) continue;
      if (moved.known().size() < fewest_hosts_for_outliers) continue;
      judged_ = true;
      if (findings.size() < most_findings) look(run, context, part, moved, findings);
    }
    return findings;
  }

 private:
  static void look(const RunSlots& run, const RuleContext& context, std::size_t part,
                   const Moved& moved, std::vector<Finding>& findings) {
    std::vector<double> values = moved.known();
    const double median = median_of(values);
    for (double& value : values) value = std::abs(value - median);
    const double usual = usual_to_deviation * median_of(std::move(values));
    if (median < least_median) return;
    std::vector<std::size_t> slow;
    for (std::size_t host = 0; host < moved.means.size(); ++host)
      if (moved.means[host] <= most_of_median * median &&
          median - moved.means[host] > deviations * usual)
        slow.push_back(host);
    if (slow.empty()) return;
    std::ranges::stable_sort(slow, {}, [&](std::size_t host) { return moved.means[host]; });
    findings.push_back(told(run, context, part, moved, median, slow));
  }

  static Finding told(const RunSlots& run, const RuleContext& context, std::size_t part,
                      const Moved& moved, double median, const std::vector<std::size_t>& slow) {
    const RunPart& where = context.parts[part];
    const std::size_t worst = slow.front();
    const Period when = slow_period(run, moved, worst, where.slots);
    const double own = moved.means[worst];
    Finding finding;
    finding.rule = &about;
    finding.text = fmt::format(
        "{} {} at {:.0f} % of the median host in {}, from {} to {}: {}; the median is {}.",
        run.hosts()[worst], moved.direction->verb, 100 * own / median, where.name,
        clock_text(context.clock, when.begin), clock_text(context.clock, when.end),
        with_unit(own, "bytes/s"), with_unit(median, "bytes/s"));
    if (slow.size() > 1)
      finding.text += fmt::format(" {} more {} as slow or nearly so.", slow.size() - 1,
                                  slow.size() == 2 ? "host is" : "hosts are");
    for (std::size_t i = 0; i < std::min(slow.size(), most_names); ++i) {
      finding.hosts.push_back(run.hosts()[slow[i]]);
      finding.evidence.push_back({run.hosts()[slow[i]], with_unit(moved.means[slow[i]], "bytes/s"),
                                  "at most 75 % of the median"});
    }
    finding.evidence.push_back(
        {"median of the hosts", with_unit(median, "bytes/s"), "at least 1 MB/s"});
    finding.host_count = slow.size();
    finding.period = when;
    return finding;
  }

  bool judged_ = false;
};

}  // namespace

std::unique_ptr<Rule> straggler_rule() { return std::make_unique<Straggler>(); }

}  // namespace tscollect::analysis
