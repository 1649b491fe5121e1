#pragma once

#include "analysis/reduce/reduced_run.hpp"
#include "analysis/run_phases.hpp"
#include "analysis/run_summary.hpp"
#include "tool/compare/compare.hpp"
#include "tool/run_input.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tscollect::tool {

using OrderedJson = nlohmann::ordered_json;

/// A run and its baseline: the whole runs, or a phase that both have.
struct BaselinePart {
  std::string phase;  ///< "run": all of it
  Comparison comparison;
};

/// All data of a page.
struct ReportContent {
  std::string file;  ///< file name without folders
  const RunInput* input = nullptr;
  const analysis::RunPhases* phases = nullptr;
  const analysis::RunSummary* summary = nullptr;
  const analysis::ReducedRun* reduced = nullptr;
  std::vector<BaselinePart> baseline;
};

/// A chart of the page: related quantities of one unit. For several hosts there is a chart of their
/// sums, then one for each quantity.
struct ChartPlan {
  std::string_view section;
  std::string_view title;
  struct Curve {
    std::string_view quantity;
    std::string_view name;  ///< within the chart
  };
  std::vector<Curve> curves;
};

/// The quantity of which the lowest value matters, not the highest.
inline constexpr std::string_view scarce_quantity = "memory.available";

/// A column of a table of the page.
struct TableColumn {
  std::string_view quantity;
  std::string_view title;
};

/// The charts in the order of the page; `rest`: quantities of other subjects in the file.
[[nodiscard]] const std::vector<ChartPlan>& chart_plans();
/// All quantities of all charts that this version knows.
[[nodiscard]] const std::vector<const analysis::Quantity*>& chart_quantities();

/// "Disk throughput: read", as the title of its chart.
[[nodiscard]] std::string chart_title(const analysis::Quantity& quantity);

/// Text from the file, made safe to show.
[[nodiscard]] std::string shown(std::string_view text);

// Each function adds a part of the page's data, which page/*.js reads.
void add_run(OrderedJson& data, const ReportContent& content);
void add_phases(OrderedJson& data, const ReportContent& content);
void add_findings(OrderedJson& data, const ReportContent& content);
void add_charts(OrderedJson& data, const ReportContent& content);
void add_hosts(OrderedJson& data, const ReportContent& content);
void add_devices(OrderedJson& data, const ReportContent& content);
void add_unread(OrderedJson& data, const ReportContent& content);
void add_baseline(OrderedJson& data, const ReportContent& content);

/// The data as embedded in the page: JSON that cannot end the enclosing element.
[[nodiscard]] std::string data_text(const ReportContent& content);

/// The whole page.
[[nodiscard]] std::string page_text(std::string_view title, std::string_view data);

/// Opens a page in the user's browser, without waiting for it. Error: why it cannot.
[[nodiscard]] std::string open_page(const std::string& path);

}  // namespace tscollect::tool
