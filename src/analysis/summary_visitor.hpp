#pragma once

#include "analysis/host_sums.hpp"
#include "analysis/run_summary.hpp"
#include "analysis/run_sums.hpp"
#include "analysis/sample_gaps.hpp"

#include <map>
#include <vector>

namespace tscollect::analysis {

/// Summarizes one host: it and its devices over the run, and the host in each phase.
class SummaryVisitor final : public SeriesVisitor {
 public:
  /// `sums` receives the host's sums; all arguments must outlive this object.
  SummaryVisitor(const std::vector<const Quantity*>& quantities, const std::vector<Period>& periods,
                 double shortest_for_extremes, RunSums& sums);

  void begin_part(const Intervals& intervals) override;
  void take(const Intervals& intervals, const Series& series) override;
  void end_part(const Intervals& intervals) override;

  /// When the host was not sampled; finish() it after the last part.
  [[nodiscard]] SampleGaps& gaps() { return gaps_; }
  /// [periods × quantities]
  [[nodiscard]] const Tally& tally(std::size_t period, std::size_t quantity) const {
    return tallies_[period * quantities_.size() + quantity];
  }
  /// Adds the host's values over the first period, and its active devices.
  void add_to(HostActivity& host) const;

 private:
  struct Device {
    std::string name;
    std::string_view role;
    bool counted = true;
    const Quantity* quantity = nullptr;
    Tally tally;
  };

  void take_sum(const Intervals& intervals, std::size_t quantity, const Fractions& fractions);
  void add_intervals(const Quantity& quantity, Tally& tally, const Period& period,
                     const Intervals& intervals, const Fractions& fractions) const;

  const std::vector<const Quantity*>& quantities_;
  const std::vector<Period>& periods_;
  double shortest_;
  RunSums& run_sums_;
  std::vector<Tally> tallies_;
  std::map<std::size_t, Device> devices_;  ///< by index of their series
  HostSums sums_;
  SampleGaps gaps_;
};

/// The tally of one quantity over a period of the run.
[[nodiscard]] Tally tally_of(const RunSums& sums, std::size_t quantity, const Period& period,
                             double shortest_for_extremes);

}  // namespace tscollect::analysis
