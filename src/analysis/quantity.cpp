#include "analysis/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tscollect::analysis {

namespace {

/// "Δuser + Δnice", in parentheses if there are several.
std::string sum_text(std::string_view names, std::string_view before) {
  const std::vector<Term> terms = terms_of(names);
  std::string text;
  for (const Term& term : terms) {
    if (!text.empty()) text += " + ";
    if (term.factor != 1) text += fmt::format("{:.6g} × ", term.factor);
    text += fmt::format("{}{}", before, term.field);
  }
  return terms.size() > 1 ? fmt::format("({})", text) : text;
}

/// Takes the next word, and the blank after it, from the front of the text.
std::string_view next_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

/// Takes what follows the mark from the end of the name, and the mark.
std::string_view take_after(std::string_view& name, char mark) {
  const std::size_t at = name.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view after = name.substr(at + 1);
  name = name.substr(0, at);
  return after;
}

}  // namespace

bool is_of_device(const Quantity& quantity, std::string_view device) {
  if (quantity.rows.empty()) return true;
  for (std::string_view rest = quantity.rows; !rest.empty();)
    if (device.starts_with(next_word(rest))) return true;
  return false;
}

std::vector<Term> terms_of(std::string_view names) {
  std::vector<Term> terms;
  while (!names.empty()) {
    std::string_view name = next_word(names);
    Term term;
    term.range = take_after(name, '%');
    if (const std::string_view factor = take_after(name, '*'); !factor.empty())
      std::from_chars(factor.data(), factor.data() + factor.size(), term.factor);
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
