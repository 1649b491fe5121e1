#include "store/run_file/finding.hpp"

#include "base/utf8.hpp"

#include <utility>

namespace tscollect::store {

std::string_view to_string(Severity severity) noexcept {
  return severity == Severity::error ? "error" : "warning";
}

namespace {

/// Limits names and texts from the file, which may be as long as the file.
constexpr std::size_t longest_text = 2000;

}  // namespace

void Findings::add(Finding finding) {
  finding.place = base::shortened(finding.place, longest_text);
  finding.what = base::shortened(finding.what, longest_text);
  ++(finding.severity == Severity::error ? errors_ : warnings_);
  if (++found_[finding.rule] <= most_kept_per_rule) kept_.push_back(std::move(finding));
}

void Findings::error(std::string rule, std::string place, std::string what) {
  add({Severity::error, std::move(rule), std::move(place), std::nullopt, std::move(what)});
}

void Findings::error_at(std::string rule, std::string place, std::int64_t row, std::string what) {
  add({Severity::error, std::move(rule), std::move(place), row, std::move(what)});
}

void Findings::warn(std::string rule, std::string place, std::string what) {
  add({Severity::warning, std::move(rule), std::move(place), std::nullopt, std::move(what)});
}

std::map<std::string, std::size_t> Findings::left_out() const {
  std::map<std::string, std::size_t> left;
  for (const auto& [rule, count] : found_)
    if (count > most_kept_per_rule) left.emplace(rule, count - most_kept_per_rule);
  return left;
}

}  // namespace tscollect::store
