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

}  // namespace tscollect::analysis
