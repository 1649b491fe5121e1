#include "tool/validate/validate.hpp"
#include "base/text/format.hpp"
#include "store/json/json_value.hpp"

#include <fmt/format.h>

namespace tscollect::tool {

namespace {

using store::Diagnostic;
using store::Json;

std::string heading(const Verdict& verdict) {
  const store::Diagnostics& diagnostics = verdict.diagnostics;
  if (!verdict.unreadable.empty()) return "cannot be checked: " + verdict.unreadable;
  std::string text = diagnostics.errors() == 0 ? "valid" : "not valid";
  text += fmt::format(" {}", verdict.kind);
  if (!verdict.summary.empty()) text += fmt::format(" ({})", verdict.summary);
  if (diagnostics.errors() > 0)
    text += ", " + base::counted(static_cast<std::int64_t>(diagnostics.errors()), "error");
  if (diagnostics.warnings() > 0)
    text += ", " + base::counted(static_cast<std::int64_t>(diagnostics.warnings()), "warning");
  return text;
}

std::string line_of(const Diagnostic& diagnostic) {
  std::string place = base::displayed(diagnostic.place, 200);
  if (diagnostic.row) place += fmt::format(" row {}", *diagnostic.row);
  return fmt::format("  {:<7}  {}: {} [{}]\n", store::to_string(diagnostic.severity), place,
                     base::displayed(diagnostic.what, 400), diagnostic.rule);
}

Json value_of(const Diagnostic& diagnostic) {
  Json value = Json::object();
  value["severity"] = store::to_string(diagnostic.severity);
  value["rule"] = diagnostic.rule;
  value["place"] = diagnostic.place;
  if (diagnostic.row) value["row"] = *diagnostic.row;
  value["what"] = diagnostic.what;
  return value;
}

}  // namespace

std::string verdict_text(const Verdict& verdict) {
  std::string text = fmt::format("{}: {}\n", base::displayed(verdict.file, 400),
                                 base::displayed(heading(verdict), 1000));
  for (const Diagnostic& diagnostic : verdict.diagnostics.kept()) text += line_of(diagnostic);
  for (const auto& [rule, count] : verdict.diagnostics.left_out())
    text += fmt::format("  and {} more of [{}]\n", count, rule);
  return text;
}

std::string verdict_json(const Verdict& verdict) {
  const store::Diagnostics& diagnostics = verdict.diagnostics;
  Json value = Json::object();
  value["file"] = verdict.file;
  value["kind"] = verdict.kind.empty() ? Json() : Json(verdict.kind);
  value["valid"] = verdict.unreadable.empty() ? Json(diagnostics.errors() == 0) : Json();
  if (!verdict.unreadable.empty()) value["unreadable"] = verdict.unreadable;
  if (!verdict.summary.empty()) value["summary"] = verdict.summary;
  value["errors"] = diagnostics.errors();
  value["warnings"] = diagnostics.warnings();
  Json list = Json::array();
  for (const Diagnostic& diagnostic : diagnostics.kept()) list.push_back(value_of(diagnostic));
  value["findings"] = std::move(list);
  Json left = Json::object();
  for (const auto& [rule, count] : diagnostics.left_out()) left[rule] = count;
  value["left_out"] = std::move(left);
  return store::to_text(value, -1) + '\n';
}

}  // namespace tscollect::tool
