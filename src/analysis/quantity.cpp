#include "analysis/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::analysis {

namespace {

/// "Δuser + Δnice", in parentheses if there are several.
std::string sum_text(std::string_view names, std::string_view before) {
  const std::vector<Term> terms = terms_of(names);
  std::string text;
  for (const Term& term : terms) {
    if (!text.empty()) text += " + ";
    text += fmt::format("{}{}", before, term.field);
  }
  return terms.size() > 1 ? fmt::format("({})", text) : text;
}

}  // namespace

std::vector<Term> terms_of(std::string_view names) {
  std::vector<Term> terms;
  while (!names.empty()) {
    std::string_view name = names.substr(0, names.find(' '));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    Term term;
    if (name.starts_with('@')) {
      term.is_attribute = true;
      name.remove_prefix(1);
    }
    for (; name.ends_with('?') || name.ends_with('~'); name.remove_suffix(1))
      (name.back() == '?' ? term.optional : term.may_fall) = true;
    term.field = name;
    terms.push_back(term);
  }
  return terms;
}

std::string formula_of(const Quantity& quantity) {
  const std::string scale = quantity.scale == 1 ? "" : fmt::format("{:.6g} × ", quantity.scale);
  const std::string growth = scale + sum_text(quantity.numerator, "Δ");
  switch (quantity.basis) {
    case Basis::rate: return growth + " / seconds";
    case Basis::ratio: return growth + " / " + sum_text(quantity.denominator, "Δ");
    case Basis::share:
      return fmt::format("{} / seconds / {}", growth, sum_text(quantity.denominator, ""));
    case Basis::level: break;
  }
  return scale + sum_text(quantity.numerator, "");
}

}  // namespace tscollect::analysis
