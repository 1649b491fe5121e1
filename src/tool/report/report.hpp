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

/// A run beside its baseline: the whole runs, or one phase that both have.
struct BaselinePart {
  std::string phase;  ///< "run": all of it
  Comparison comparison;
};

/// Everything that a page is made of.
struct ReportContent {
  std::string file;  ///< its name, without folders
  const RunInput* input = nullptr;
  const analysis::RunPhases* phases = nullptr;
  const analysis::RunSummary* summary = nullptr;
  const analysis::ReducedRun* reduced = nullptr;
  std::vector<BaselinePart> baseline;
};

/// A chart of the page: quantities of one unit that belong together. One of several hosts becomes
/// a chart for each quantity, after one of their sums.
struct ChartPlan {
  std::string_view section;
  std::string_view title;
  struct Curve {
    std::string_view quantity;
    std::string_view name;  ///< within the chart
  };
  std::vector<Curve> curves;
};

/// The charts in the order of the page; `rest`: quantities of other subjects that the file has.
[[nodiscard]] const std::vector<ChartPlan>& chart_plans();
/// All quantities of all charts that this version knows.
[[nodiscard]] const std::vector<const analysis::Quantity*>& chart_quantities();

/// Text from the file as it can be shown.
[[nodiscard]] std::string shown(std::string_view text);

// Each adds its part of the data behind the page; page/*.js reads it.
void add_run(OrderedJson& data, const ReportContent& content);
void add_phases(OrderedJson& data, const ReportContent& content);
void add_findings(OrderedJson& data, const ReportContent& content);
void add_charts(OrderedJson& data, const ReportContent& content);
void add_hosts(OrderedJson& data, const ReportContent& content);
void add_unread(OrderedJson& data, const ReportContent& content);
void add_baseline(OrderedJson& data, const ReportContent& content);

/// The data as it stands in the page: JSON in which nothing can end the element around it.
[[nodiscard]] std::string data_text(const ReportContent& content);

/// The whole page.
[[nodiscard]] std::string page_text(std::string_view title, std::string_view data);

/// Opens a page in the user's browser, without waiting for it. Error: says why it cannot.
[[nodiscard]] std::string open_page(const std::string& path);

}  // namespace tscollect::tool
