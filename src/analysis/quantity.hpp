#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// How a quantity follows from the fields of its source, over the interval between two samples.
enum class Basis : std::uint8_t {
  rate,   ///< scale × Δnumerator / seconds
  ratio,  ///< scale × Δnumerator / Δdenominator; missing where the denominator stood still
  share,  ///< scale × Δnumerator / seconds / denominator, which is a level
  level,  ///< scale × numerator, as it is at the end of the interval
};

/// What a quantity of several devices or hosts is.
enum class Combine : std::uint8_t {
  sum,   ///< the sum of their values
  pool,  ///< the sum of their numerators over the sum of their denominators: a weighted mean
};

/// A number that people ask for, and how it follows from what the kernel counts. Numerator and
/// denominator are names of fields, separated by blanks, that are added up. Behind a name, `?` says
/// that some kernels do not have the field, and `~` that it may fall a little without having been
/// reset; `@` before it says that it is an attribute of the device. The unit of a rate counts
/// seconds.
struct Quantity {
  std::string_view name;    ///< "disk.read.throughput"
  std::string_view unit;    ///< "bytes/s"
  std::string_view source;  ///< "diskstats"
  Basis basis = Basis::rate;
  Combine combine = Combine::sum;
  double scale = 1;
  std::string_view numerator;
  std::string_view denominator = {};
  std::string_view cannot_know = {};
  /// Beyond that it cannot be: the counter was reset. 0: any value can be.
  double most = 0;
};

/// Every quantity there is, in the order in which they are listed.
[[nodiscard]] std::span<const Quantity> quantities();

/// nullptr if there is none of that name.
[[nodiscard]] const Quantity* find_quantity(std::string_view name);

/// "512 × Δsectors_read / seconds"
[[nodiscard]] std::string formula_of(const Quantity& quantity);

/// One name of a numerator or denominator.
struct Term {
  std::string_view field;
  bool optional = false;
  bool may_fall = false;
  bool is_attribute = false;
};

[[nodiscard]] std::vector<Term> terms_of(std::string_view names);

}  // namespace tscollect::analysis
