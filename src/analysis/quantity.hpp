#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

/// How a quantity is computed from fields of its source, over the interval between two samples.
enum class Basis : std::uint8_t {
  rate,   ///< scale × Δnumerator / seconds
  ratio,  ///< scale × Δnumerator / Δdenominator; missing if the denominator did not change
  share,  ///< scale × Δnumerator / seconds / denominator, where the denominator is a level
  level,  ///< scale × numerator at the end of the interval
};

/// How a quantity is combined over several devices or hosts.
enum class Combine : std::uint8_t {
  sum,   ///< the sum of their values
  pool,  ///< the sum of their numerators over the sum of their denominators: a weighted mean
};

/// A derived metric and its formula. Numerator and denominator are names of fields, separated by
/// blanks, whose values are added. Suffixes, in this order: `?`: some kernels lack the field; `~`:
/// the field may decrease a little without a reset; `*1000`: its values are multiplied by that;
/// `%RANGE`: the counter restarts from 0 after the level of the field RANGE. Prefix `@`: an
/// attribute of the device. The unit of a rate is per second.
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
  /// A larger value is impossible and means that the counter was reset. 0: no limit.
  double most = 0;
  /// Only of devices whose names begin with one of these, separated by blanks. Empty: all.
  std::string_view rows = {};
  /// The kernel leaves out what has not happened yet: until a field has its first value, it is 0
  /// where its device is there.
  bool begins_absent = false;
};

/// All quantities, in the order in which they are listed.
[[nodiscard]] std::span<const Quantity> quantities();

/// nullptr if there is no quantity of that name.
[[nodiscard]] const Quantity* find_quantity(std::string_view name);

/// "512 × Δsectors_read / seconds"
[[nodiscard]] std::string formula_of(const Quantity& quantity);

[[nodiscard]] bool is_of_device(const Quantity& quantity, std::string_view device);

/// One name of a numerator or denominator.
struct Term {
  std::string_view field;
  bool optional = false;
  bool may_fall = false;
  bool is_attribute = false;
  double factor = 1;
  std::string_view range = {};
};

[[nodiscard]] std::vector<Term> terms_of(std::string_view names);

}  // namespace tscollect::analysis
