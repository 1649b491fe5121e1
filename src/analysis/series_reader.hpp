#pragma once

#include "analysis/column_rates.hpp"
#include "analysis/quantity.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::analysis {

// Gaps. An interval between two samples of a host that spans more than these ticks is a gap: the
// host was suspended, or its clock stood still. What its counters grew by in a gap is known only as
// a sum. It counts once in means over periods that contain the whole gap, but nothing places it in
// time: curves, lowest and highest values, sums over hosts tick by tick, and the phases that are
// found do without the host there. A level, such as the available memory, is known at the gap's
// end. In a shorter interval the rate is taken as constant.
inline constexpr std::int64_t longest_placed_ticks = 5;

[[nodiscard]] constexpr bool is_gap_between(std::int64_t before, std::int64_t after) {
  return static_cast<double>(after) - static_cast<double>(before) >
         static_cast<double>(longest_placed_ticks);
}

/// The intervals that end at consecutive samples of a host. All times are from the monotonic clock:
/// tick and lateness.
struct Intervals {
  std::vector<double> seconds;     ///< their length; 0 before the very first sample
  std::vector<double> end;         ///< seconds since tick 0
  std::vector<std::int64_t> tick;  ///< tick of the sample at their end
  std::int64_t tick_before = 0;    ///< tick of the sample before the first interval

  [[nodiscard]] std::size_t size() const { return seconds.size(); }
  /// Whether the interval that ends at this sample is a gap.
  [[nodiscard]] bool is_gap(std::size_t sample) const {
    return is_gap_between(sample == 0 ? tick_before : tick[sample - 1], tick[sample]);
  }
};

/// A quantity of one device over those intervals.
struct Series {
  const Quantity* quantity = nullptr;
  std::size_t index = 0;    ///< the same in each part of a host
  std::string_view device;  ///< empty for a source without devices
  std::string_view role;    ///< see DeviceRole
  bool counted = true;      ///< included in the sum over the host
  const Fractions* fractions = nullptr;
};

/// Receives the quantities of a host, some thousand samples at a time.
class SeriesVisitor {
 public:
  SeriesVisitor() = default;
  SeriesVisitor(const SeriesVisitor&) = delete;
  SeriesVisitor& operator=(const SeriesVisitor&) = delete;
  virtual ~SeriesVisitor() = default;

  /// The next intervals. Each of their series follows once, before end_part().
  virtual void begin_part(const Intervals& intervals) = 0;
  virtual void take(const Intervals& intervals, const Series& series) = 0;
  virtual void end_part(const Intervals& /*intervals*/) {}
};

/// What to read. Columns that no chosen quantity needs are not read.
struct SeriesChoice {
  std::vector<const Quantity*> quantities;
  std::function<bool(std::string_view device)> device;  ///< empty: all devices
  bool counted_only = false;
};

/// A host of the file cannot be read; distinguishes this from exceptions of the visitor.
class UnreadableHost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Passes the chosen quantities of a host to the visitor, as far as its sources have them. Memory:
/// a little for each column, and some ten MiB. Throws UnreadableHost.
void read_series(const store::RunFileReader& run, const std::string& host,
                 const SeriesChoice& choice, SeriesVisitor& visitor);

}  // namespace tscollect::analysis
