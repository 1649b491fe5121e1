#pragma once

#include "analysis/device_role.hpp"
#include "analysis/series_reader.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace tscollect::analysis {

/// A term of a quantity, resolved for a host's source.
struct PlannedTerm {
  std::size_t column = 0;  ///< index in SourcePlan::fields
  bool may_fall = false;
  double factor = 1;
  std::optional<std::size_t> range;  ///< likewise: the level after which it restarts from 0
};

struct PlannedQuantity {
  const Quantity* quantity = nullptr;
  std::vector<PlannedTerm> numerator;
  std::vector<PlannedTerm> denominator;
  std::optional<std::size_t> attribute;  ///< index in HostSource::row_attributes
};

/// What to read from one source: these fields of these rows.
struct SourcePlan {
  std::size_t source = 0;
  std::vector<std::size_t> fields;  ///< ascending
  std::vector<PlannedQuantity> quantities;
  /// Indexes in `fields`: a device is there in a sample that has one of them. Only for quantities
  /// that begin absent.
  std::vector<std::size_t> presence;
  std::vector<DeviceRole> roles;     ///< by row
  std::vector<bool> wanted;          ///< by row
  std::vector<bool> unsigned_cells;  ///< [rows × fields of the source]
  std::size_t first_series = 0;      ///< Series::index of the first quantity of the first row
};

/// A plan for each source that has any of the chosen quantities.
[[nodiscard]] std::vector<SourcePlan> plan_series(const store::HostReader& host,
                                                  const SeriesChoice& choice);

}  // namespace tscollect::analysis
