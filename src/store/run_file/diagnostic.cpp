#include "store/run_file/diagnostic.hpp"

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

void Diagnostics::add(Diagnostic diagnostic) {
  diagnostic.place = base::shortened(diagnostic.place, longest_text);
  diagnostic.what = base::shortened(diagnostic.what, longest_text);
  ++(diagnostic.severity == Severity::error ? errors_ : warnings_);
  if (++found_[diagnostic.rule] <= most_kept_per_rule) kept_.push_back(std::move(diagnostic));
}

void Diagnostics::error(std::string rule, std::string place, std::string what) {
  add({Severity::error, std::move(rule), std::move(place), std::nullopt, std::move(what)});
}

void Diagnostics::error_at(std::string rule, std::string place, std::int64_t row,
                           std::string what) {
  add({Severity::error, std::move(rule), std::move(place), row, std::move(what)});
}

void Diagnostics::warn(std::string rule, std::string place, std::string what) {
  add({Severity::warning, std::move(rule), std::move(place), std::nullopt, std::move(what)});
}

std::map<std::string, std::size_t> Diagnostics::left_out() const {
  std::map<std::string, std::size_t> left;
  for (const auto& [rule, count] : found_)
    if (count > most_kept_per_rule) left.emplace(rule, count - most_kept_per_rule);
  return left;
}

}  // namespace tscollect::store
