#include "tool/validate/validate.hpp"
#include "base/format.hpp"
#include "store/json/json_value.hpp"

#include <fmt/format.h>

namespace tscollect::tool {

namespace {

using store::Finding;
using store::Json;

std::string heading(const Verdict& verdict) {
  const store::Findings& findings = verdict.findings;
  if (!verdict.unreadable.empty()) return "cannot be checked: " + verdict.unreadable;
  std::string text = findings.errors() == 0 ? "valid" : "not valid";
  text += fmt::format(" {}", verdict.kind);
  if (!verdict.summary.empty()) text += fmt::format(" ({})", verdict.summary);
  if (findings.errors() > 0)
    text += ", " + base::counted(static_cast<std::int64_t>(findings.errors()), "error");
  if (findings.warnings() > 0)
    text += ", " + base::counted(static_cast<std::int64_t>(findings.warnings()), "warning");
  return text;
}

std::string line_of(const Finding& finding) {
  std::string place = base::displayed(finding.place, 200);
  if (finding.row) place += fmt::format(" row {}", *finding.row);
  return fmt::format("  {:<7}  {}: {} [{}]\n", store::to_string(finding.severity), place,
                     base::displayed(finding.what, 400), finding.rule);
}

Json value_of(const Finding& finding) {
  Json value = Json::object();
  value["severity"] = store::to_string(finding.severity);
  value["rule"] = finding.rule;
  value["place"] = finding.place;
  if (finding.row) value["row"] = *finding.row;
  value["what"] = finding.what;
  return value;
}

}  // namespace

std::string verdict_text(const Verdict& verdict) {
  std::string text = fmt::format("{}: {}\n", base::displayed(verdict.file, 400),
                                 base::displayed(heading(verdict), 1000));
  for (const Finding& finding : verdict.findings.kept()) text += line_of(finding);
  for (const auto& [rule, count] : verdict.findings.left_out())
    text += fmt::format("  and {} more of [{}]\n", count, rule);
  return text;
}

std::string verdict_json(const Verdict& verdict) {
  const store::Findings& findings = verdict.findings;
  Json value = Json::object();
  value["file"] = verdict.file;
  value["kind"] = verdict.kind.empty() ? Json() : Json(verdict.kind);
  value["valid"] = verdict.unreadable.empty() ? Json(findings.errors() == 0) : Json();
  if (!verdict.unreadable.empty()) value["unreadable"] = verdict.unreadable;
  if (!verdict.summary.empty()) value["summary"] = verdict.summary;
  value["errors"] = findings.errors();
  value["warnings"] = findings.warnings();
  Json list = Json::array();
  for (const Finding& finding : findings.kept()) list.push_back(value_of(finding));
  value["findings"] = std::move(list);
  Json left = Json::object();
  for (const auto& [rule, count] : findings.left_out()) left[rule] = count;
  value["left_out"] = std::move(left);
  return store::to_text(value, -1) + '\n';
}

}  // namespace tscollect::tool
