// The curves and maps of the page.
#include "analysis/reduce/outliers.hpp"
#include "tool/natural_order.hpp"
#include "tool/report/heat_map.hpp"
#include "tool/report/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string>
#include <string_view>

namespace tscollect::tool {

namespace {

using analysis::HostCurve;
using analysis::Outlier;
using analysis::Quantity;
using analysis::RunSlots;
using analysis::Slots;
using analysis::SlotSeries;

constexpr std::size_t most_named = 5;       // outliers in a band
constexpr std::size_t most_outliers = 30;   // in the table
constexpr std::size_t most_exact = 60'000;  // numbers that are not rounded

class Charts {
 public:
  Charts(OrderedJson& data, const ReportContent& content)
      : data_(data),
        summary_(*content.summary),
        reduced_(*content.reduced),
        hosts_(reduced_.hosts) {
    order_.resize(hosts_.hosts().size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::ranges::stable_sort(order_, [this](std::size_t one, std::size_t other) {
      return comes_before(hosts_.hosts()[one], hosts_.hosts()[other]);
    });
    is_exact_ =  // NOLINT(cppcoreguidelines-prefer-member-initializer): asks order_
        2 * reduced_.fine.size() * (order_.size() + 1) * chart_quantities().size() < most_exact &&
        order_.size() <= analysis::most_hosts_as_lines;
  }

  void add() {
    data_["charts"] = OrderedJson::array();
    data_["band_hosts"] = OrderedJson::array();
    if (order_.size() <= analysis::most_hosts_as_band)
      for (const std::size_t host : order_)
        data_["band_hosts"].push_back(shown(hosts_.hosts()[host]));
    data_["quiet"] = OrderedJson::array();
    maps_ = 0;
    for (std::size_t i = 0; i < reduced_.quantities.size(); ++i)
      if (is_shown(i)) ++maps_;
    for (const ChartPlan& plan : chart_plans()) add_plan(plan);
    data_["rounded"] = !is_exact_;
    add_outliers();
  }

 private:
  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view name) const {
    for (std::size_t i = 0; i < reduced_.quantities.size(); ++i)
      if (reduced_.quantities[i]->name == name) return i;
    return std::nullopt;
  }
  [[nodiscard]] bool is_shown(std::size_t quantity) const {
    return hosts_.is_known(quantity) && !hosts_.is_zero(quantity) &&
           std::ranges::find(chart_quantities(), reduced_.quantities[quantity]) !=
               chart_quantities().end();
  }

  /// Of a chart with a curve or a row for each host.
  static std::string title_of(const ChartPlan& plan, std::string_view curve) {
    if (plan.curves.size() == 1) return fmt::format("{}, each host", plan.title);
    return fmt::format("{}: {}", plan.title, curve);
  }

  void add_plan(const ChartPlan& plan) {
    std::vector<std::pair<std::size_t, std::string_view>> curves;
    for (const ChartPlan::Curve& curve : plan.curves) {
      const auto place = place_of(curve.quantity);
      if (!place || !hosts_.is_known(*place)) continue;
      if (is_shown(*place))
        curves.emplace_back(*place, curve.name);
      else
        data_["quiet"].push_back(fmt::format("{} ({})", plan.title, curve.name));
    }
    if (curves.empty()) return;
    add_sums(plan, curves);
    if (order_.size() < 2) return;
    for (const auto& [quantity, name] : curves) {
      OrderedJson chart = head_of(plan.section, title_of(plan, name), quantity);
      if (order_.size() <= analysis::most_hosts_as_lines)
        add_lines(chart, quantity);
      else if (order_.size() <= analysis::most_hosts_as_band)
        add_band(chart, quantity);
      else
        add_map(chart, quantity);
      data_["charts"].push_back(std::move(chart));
    }
  }

  [[nodiscard]] OrderedJson head_of(std::string_view section, const std::string& title,
                                    std::size_t quantity) const {
    const Quantity& what = *reduced_.quantities[quantity];
    return {{"section", section},
            {"title", title},
            {"metric", what.name},
            {"unit", what.unit},
            {"cannot_know", what.cannot_know},
            {"stats", OrderedJson::array()}};
  }

  /// Six digits, unless there are few numbers.
  [[nodiscard]] OrderedJson number(double value) const {
    if (!std::isfinite(value)) return nullptr;
    if (is_exact_) return value;
    return std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr);
  }

  /// Points of a curve: one per slot, or the lowest and the highest in their order.
  template <class Curve>
  [[nodiscard]] OrderedJson points_of(const Curve& curve) const {
    OrderedJson values = OrderedJson::array();
    for (std::size_t slot = 0; slot < reduced_.fine.size(); ++slot) {
      if (reduced_.fine.steps_per_slot() == 1) {
        values.push_back(number(curve.mean(slot)));
        continue;
      }
      const bool falls = curve.falls(slot);
      values.push_back(number(falls ? curve.highest(slot) : curve.lowest(slot)));
      values.push_back(number(falls ? curve.lowest(slot) : curve.highest(slot)));
    }
    return values;
  }

  /// Whether a host was not sampled in a part of the slot: sums over hosts lack it there.
  [[nodiscard]] bool lacks_a_host(const Slots& slots, std::size_t slot) const {
    const analysis::Period period{slots.begin(slot), slots.end(slot)};
    return std::ranges::any_of(summary_.unsampled, [&](const analysis::UnsampledHost& host) {
      return host.seconds_in(period) > 0;
    });
  }

  /// Mean, and the highest value or, of what is scarce, the lowest. `is_sum`: over hosts.
  template <class Curve>
  [[nodiscard]] OrderedJson stats_of(const std::string& name, const Curve& curve,
                                     std::optional<double> mean, const Slots& slots,
                                     std::size_t quantity, bool is_sum = false) const {
    OrderedJson stats = {{"name", name}, {"mean", mean ? OrderedJson(*mean) : OrderedJson()}};
    const bool is_scarce = reduced_.quantities[quantity]->name == scarce_quantity;
    const auto value_at = [&](std::size_t slot) {
      return is_scarce ? curve.lowest(slot) : curve.highest(slot);
    };
    std::optional<std::size_t> most;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      if (std::isnan(value_at(slot))) continue;
      if (most &&
          !(is_scarce ? value_at(slot) < value_at(*most) : value_at(slot) > value_at(*most)))
        continue;
      if (is_scarce && is_sum && lacks_a_host(slots, slot)) continue;
      most = slot;
    }
    if (most) {
      stats[is_scarce ? "lowest" : "highest"] = value_at(*most);
      stats["at"] = slots.end(*most);
    }
    return stats;
  }

  template <class Curve>
  void add_curve(OrderedJson& chart, std::string_view name, const std::string& host,
                 std::size_t quantity, const Curve& curve, std::optional<double> mean) const {
    chart["series"].push_back(
        {{"name", name},
         {"host", host},
         {"metric", reduced_.quantities[quantity]->name},
         {"combine", reduced_.quantities[quantity]->combine == analysis::Combine::sum
                         ? "sum"
                         : "weighted mean"},
         {"values", points_of(curve)}});
    chart["stats"].push_back(
        stats_of(std::string(name), curve, mean, reduced_.fine, quantity, host.empty()));
  }

  /// All hosts together: one chart with all curves.
  void add_sums(const ChartPlan& plan,
                const std::vector<std::pair<std::size_t, std::string_view>>& curves) {
    const bool is_one_host = order_.size() == 1;
    OrderedJson chart = head_of(
        plan.section, fmt::format("{}{}", plan.title, is_one_host ? "" : ", all hosts together"),
        curves.front().first);
    chart["form"] = "lines";
    chart["series"] = OrderedJson::array();
    for (const auto& [quantity, name] : curves) {
      if (is_one_host) {
        const HostCurve& host = hosts_.curves(quantity).front();
        add_curve(chart, name, shown(hosts_.hosts().front()), quantity, host, host.mean());
        continue;
      }
      const SlotSeries& total = reduced_.totals[quantity];
      if (total.size() > 0)
        add_curve(chart, name, {}, quantity, total, total.mean({0, total.size()}));
    }
    data_["charts"].push_back(std::move(chart));
  }

  void add_lines(OrderedJson& chart, std::size_t quantity) {
    chart["form"] = "lines";
    chart["series"] = OrderedJson::array();
    for (const std::size_t host : order_) {
      const HostCurve& curve = hosts_.curves(quantity)[host];
      const std::string name = shown(hosts_.hosts()[host]);
      if (curve.is_known()) add_curve(chart, name, name, quantity, curve, curve.mean());
    }
  }

  /// For many hosts: the median, the lowest and the highest host.
  void add_host_stats(OrderedJson& chart, std::size_t quantity) {
    std::vector<std::pair<double, std::size_t>> means;
    for (const std::size_t host : order_)
      if (const auto mean = hosts_.curves(quantity)[host].mean()) means.emplace_back(*mean, host);
    std::ranges::stable_sort(means);
    if (means.empty()) return;
    chart["stats"].push_back({{"name", fmt::format("median of {} hosts", means.size())},
                              {"mean", means[means.size() / 2].first}});
    for (const auto& [what, at] :
         {std::pair("lowest", means.front()), std::pair("highest", means.back())})
      chart["stats"].push_back(
          stats_of(fmt::format("{}, {}", what, shown(hosts_.hosts()[at.second])),
                   hosts_.curves(quantity)[at.second], at.first, reduced_.coarse, quantity));
  }

  /// A host of a band by its place in the order of names: 0 to 63.
  static char host_digit(std::size_t place) {
    constexpr std::string_view digits =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-";
    static_assert(digits.size() >= analysis::most_hosts_as_band);
    return digits[place];
  }

  void add_band(OrderedJson& chart, std::size_t quantity) {
    chart["form"] = "band";
    add_host_stats(chart, quantity);
    OrderedJson lowest = OrderedJson::array();
    OrderedJson median = OrderedJson::array();
    OrderedJson highest = OrderedJson::array();
    std::string lowest_hosts;
    std::string highest_hosts;
    for (std::size_t slot = 0; slot < reduced_.coarse.size(); ++slot) {
      std::vector<double> means;
      double low = analysis::absent;
      double high = analysis::absent;
      lowest_hosts += ' ';
      highest_hosts += ' ';
      for (std::size_t at = 0; at < order_.size(); ++at) {
        const HostCurve& curve = hosts_.curves(quantity)[order_[at]];
        if (!curve.is_known() || std::isnan(curve.mean(slot))) continue;
        means.push_back(curve.mean(slot));
        if (!(low <= curve.lowest(slot))) {
          low = curve.lowest(slot);
          lowest_hosts.back() = host_digit(at);
        }
        if (!(high >= curve.highest(slot))) {
          high = curve.highest(slot);
          highest_hosts.back() = host_digit(at);
        }
      }
      lowest.push_back(number(low));
      highest.push_back(number(high));
      median.push_back(means.empty() ? OrderedJson()
                                     : number(analysis::median_of(std::move(means))));
    }
    chart["lowest"] = std::move(lowest);
    chart["median"] = std::move(median);
    chart["highest"] = std::move(highest);
    chart["lowest_hosts"] = lowest_hosts;
    chart["highest_hosts"] = highest_hosts;
    chart["outliers"] = OrderedJson::array();
    std::vector<Outlier> outliers = analysis::outliers_of(hosts_, quantity);
    outliers.resize(std::min(outliers.size(), most_named));
    for (const Outlier& outlier : outliers) {
      OrderedJson values = OrderedJson::array();
      for (std::size_t slot = 0; slot < reduced_.coarse.size(); ++slot)
        values.push_back(number(hosts_.curves(quantity)[outlier.host].mean(slot)));
      chart["outliers"].push_back(
          {{"name", shown(hosts_.hosts()[outlier.host])}, {"values", std::move(values)}});
    }
  }

  void add_map(OrderedJson& chart, std::size_t quantity) {
    chart["form"] = "map";
    add_host_stats(chart, quantity);
    const HeatMap map = heat_map_of(hosts_, quantity, order_, maps_);
    chart["rows"] = OrderedJson::array();
    for (const std::string& row : map.rows) chart["rows"].push_back(shown(row));
    OrderedJson means = OrderedJson::array();
    for (const double mean : map.means) means.push_back(number(mean));
    chart["means"] = std::move(means);
    chart["columns"] = map.columns;
    chart["slots_per_column"] =
        map.slots_per_column * reduced_.coarse.steps_per_slot() / reduced_.fine.steps_per_slot();
    chart["low"] = map.low;
    chart["high"] = map.high;
    chart["scale"] = map.is_root ? "root" : "linear";
    chart["shown"] = map.shows_lowest ? "lowest" : "highest";
    chart["lowest"] = map.lowest;
    chart["highest"] = map.highest;
  }

  void add_outliers() {
    std::vector<Outlier> all;
    for (std::size_t i = 0; i < reduced_.quantities.size(); ++i)
      if (is_shown(i))
        for (const Outlier& outlier : analysis::outliers_of(hosts_, i)) all.push_back(outlier);
    std::ranges::stable_sort(all, std::ranges::greater{}, &Outlier::distance);
    data_["outliers_left_out"] = all.size() - std::min(all.size(), most_outliers);
    all.resize(std::min(all.size(), most_outliers));
    data_["outliers"] = OrderedJson::array();
    for (const Outlier& outlier : all)
      data_["outliers"].push_back({{"host", shown(hosts_.hosts()[outlier.host])},
                                   {"metric", outlier.quantity->name},
                                   {"title", chart_title(*outlier.quantity)},
                                   {"unit", outlier.quantity->unit},
                                   {"value", outlier.value},
                                   {"median", outlier.median}});
    data_["outlier_rule"] = {{"fewest", analysis::fewest_hosts_for_outliers},
                             {"text", analysis::outlier_rule}};
  }

  OrderedJson& data_;
  const analysis::RunSummary& summary_;
  const analysis::ReducedRun& reduced_;
  const RunSlots& hosts_;
  std::vector<std::size_t> order_;  ///< in natural order
  std::size_t maps_ = 0;
  bool is_exact_ = false;
};

}  // namespace

void add_charts(OrderedJson& data, const ReportContent& content) { Charts(data, content).add(); }

}  // namespace tscollect::tool
