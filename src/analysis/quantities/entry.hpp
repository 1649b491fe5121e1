#pragma once

#include "analysis/quantity.hpp"

namespace tscollect::analysis {

inline constexpr double percent = 100;

/// Functions that make the entries of the tables in this folder; see Quantity.
[[nodiscard]] constexpr Quantity rate_of(std::string_view name, std::string_view unit,
                                         std::string_view source, double scale,
                                         std::string_view fields,
                                         std::string_view cannot_know = {}) {
  return {name, unit, source, Basis::rate, Combine::sum, scale, fields, {}, cannot_know};
}

/// A rate that is averaged, not summed, over devices or hosts.
[[nodiscard]] constexpr Quantity mean_rate_of(std::string_view name, std::string_view unit,
                                              std::string_view source, double scale,
                                              std::string_view fields,
                                              std::string_view cannot_know = {}, double most = 0) {
  return {name, unit, source, Basis::rate, Combine::pool, scale, fields, {}, cannot_know, most};
}

[[nodiscard]] constexpr Quantity level_of(std::string_view name, std::string_view unit,
                                          std::string_view source, double scale,
                                          std::string_view fields,
                                          std::string_view cannot_know = {}) {
  return {name, unit, source, Basis::level, Combine::sum, scale, fields, {}, cannot_know};
}

[[nodiscard]] constexpr Quantity ratio_of(std::string_view name, std::string_view unit,
                                          std::string_view source, double scale,
                                          std::string_view numerator, std::string_view denominator,
                                          std::string_view cannot_know = {}) {
  return {name,  unit,      source,      Basis::ratio, Combine::pool,
          scale, numerator, denominator, cannot_know};
}

[[nodiscard]] constexpr Quantity share_of(std::string_view name, std::string_view unit,
                                          std::string_view source, double scale,
                                          std::string_view numerator, std::string_view denominator,
                                          std::string_view cannot_know = {}) {
  return {name,  unit,      source,      Basis::share, Combine::pool,
          scale, numerator, denominator, cannot_know};
}

/// Only of devices whose names begin with one of these.
[[nodiscard]] constexpr Quantity of_rows(std::string_view rows, Quantity quantity) {
  quantity.rows = rows;
  return quantity;
}

/// The kernel shows its counters only when they are not 0.
[[nodiscard]] constexpr Quantity begins_absent(Quantity quantity) {
  quantity.begins_absent = true;
  return quantity;
}

/// Averaged, not summed, over devices or hosts.
[[nodiscard]] constexpr Quantity averaged(Quantity quantity) {
  quantity.combine = Combine::pool;
  return quantity;
}

}  // namespace tscollect::analysis
