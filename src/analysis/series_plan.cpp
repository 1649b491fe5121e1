#include "analysis/series_plan.hpp"

#include "analysis/counter_rate.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace tscollect::analysis {

namespace {

/// The terms that the source has; nothing if a term is missing that every kernel should have.
std::optional<std::vector<Term>> terms_in(const block::HostSource& source, std::string_view names,
                                          std::optional<std::size_t>& attribute) {
  std::vector<Term> found;
  for (const Term& term : terms_of(names)) {
    if (term.is_attribute) {
      const auto at = std::ranges::find(source.row_attributes, term.field);
      if (at == source.row_attributes.end()) return std::nullopt;
      attribute = static_cast<std::size_t>(at - source.row_attributes.begin());
    } else if (find_field(source, term.field)) {
      found.push_back(term);
    } else if (!term.optional) {
      return std::nullopt;
    }
  }
  return found;
}

std::vector<PlannedTerm> placed(const block::HostSource& source, const std::vector<Term>& terms,
                                std::map<std::size_t, std::size_t>& place_of) {
  const auto place = [&](std::size_t field) {
    return place_of.try_emplace(field, place_of.size()).first->second;
  };
  std::vector<PlannedTerm> planned;
  for (const Term& term : terms) {
    planned.push_back({place(*find_field(source, term.field)), term.may_fall, term.factor, {}});
    if (const auto range = find_field(source, term.range); range && !term.range.empty())
      planned.back().range = place(*range);
  }
  return planned;
}

/// Renumbers the fields in ascending order; they were numbered in order of appearance.
void sort_fields(SourcePlan& plan, const std::map<std::size_t, std::size_t>& place_of) {
  std::vector<std::size_t> sorted_place(place_of.size());
  for (const auto& [field, place] : place_of) {
    sorted_place[place] = plan.fields.size();
    plan.fields.push_back(field);
  }
  for (PlannedQuantity& quantity : plan.quantities)
    for (auto* terms : {&quantity.numerator, &quantity.denominator})
      for (PlannedTerm& term : *terms) {
        term.column = sorted_place[term.column];
        if (term.range) term.range = sorted_place[*term.range];
      }
  for (std::size_t& place : plan.presence) place = sorted_place[place];
}

/// Whichever quantities were chosen, all fields tell whether a device is there.
void add_presence(SourcePlan& plan, const block::HostSource& source,
                  std::map<std::size_t, std::size_t>& place_of) {
  if (std::ranges::none_of(plan.quantities, [](const PlannedQuantity& planned) {
        return planned.quantity->begins_absent;
      }))
    return;
  for (std::size_t field = 0; field < source.fields.size(); ++field)
    plan.presence.push_back(place_of.try_emplace(field, place_of.size()).first->second);
}

std::vector<bool> unsigned_cells_of(const block::HostSource& source) {
  const std::size_t rows = source.row_dimension.empty() ? 1 : source.rows.size();
  const std::set<std::string_view> names(source.uint64_columns.begin(),
                                         source.uint64_columns.end());
  std::vector<bool> cells(rows * source.fields.size(), false);
  if (names.empty()) return cells;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i = 0; i < source.fields.size(); ++i) {
      const std::string& field = source.fields[i].name;
      cells[row * source.fields.size() + i] =
          source.row_dimension.empty() ? names.contains(field)
                                       : names.contains(source.rows[row].name + '.' + field);
    }
  return cells;
}

}  // namespace

std::vector<SourcePlan> plan_series(const store::HostReader& host, const SeriesChoice& choice) {
  std::vector<SourcePlan> plans;
  std::size_t next_series = 0;
  for (std::size_t i = 0; i < host.layout().sources.size(); ++i) {
    const block::HostSource& source = host.layout().sources[i].description;
    SourcePlan plan;
    plan.source = i;
    std::map<std::size_t, std::size_t> place_of;
    for (const Quantity* quantity : choice.quantities) {
      if (quantity->source != source.name) continue;
      PlannedQuantity planned{quantity, {}, {}, {}};
      const auto numerator = terms_in(source, quantity->numerator, planned.attribute);
      const auto denominator = terms_in(source, quantity->denominator, planned.attribute);
      if (!numerator || !denominator || numerator->empty()) continue;
      planned.numerator = placed(source, *numerator, place_of);
      planned.denominator = placed(source, *denominator, place_of);
      plan.quantities.push_back(std::move(planned));
    }
    if (plan.quantities.empty()) continue;
    add_presence(plan, source, place_of);
    sort_fields(plan, place_of);
    plan.roles = device_roles(host, i);
    for (std::size_t row = 0; row < plan.roles.size(); ++row) {
      const bool flat = source.row_dimension.empty();
      const bool chosen = flat || !choice.device || choice.device(source.rows[row].name);
      plan.wanted.push_back(chosen && (plan.roles[row].counted || !choice.counted_only));
    }
    plan.unsigned_cells = unsigned_cells_of(source);
    plan.first_series = next_series;
    next_series += plan.roles.size() * plan.quantities.size();
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace tscollect::analysis
