#pragma once

#include "analysis/findings/held.hpp"
#include "analysis/findings/rule.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::analysis {

/// A rule that checks each host, or each of its devices, separately. If it applies to several of
/// them in one part of the run, one sentence reports the strongest.
class HostRule : public Rule {
 public:
  [[nodiscard]] std::vector<Finding> finish(const RunSlots& run,
                                            const RuleContext& context) override;
  [[nodiscard]] bool was_judged() const override { return judged_; }
  [[nodiscard]] std::string nearest() const override;

 protected:
  /// A match of the rule on one host or device.
  struct Hit {
    std::string host;
    std::string device;     ///< empty: the host
    double strength = 0;    ///< for comparing matches
    std::string predicate;  ///< "was busy for 82 % of"; the part's name follows
    std::string numbers;    ///< follows the part's name, without the full stop; may be empty
    Period when;
    std::vector<Evidence> evidence;
  };

  void set_judged() { judged_ = true; }
  /// For which share of a part the condition held. `device`: empty for the host.
  void watch(double share, const std::string& host, const std::string& device, const RunPart& part);
  /// `part`: index in RuleContext::parts.
  void add(std::size_t part, Hit hit);

 private:
  struct Found {
    Hit strongest;
    std::vector<std::pair<double, std::string>> places;  ///< strength and name, strongest first
    std::size_t hosts = 0;
    std::string last_host;
    std::size_t count = 0;
  };

  [[nodiscard]] Finding told(const Found& found, const RunPart& part) const;

  bool judged_ = false;
  std::optional<double> largest_share_;
  std::string nearest_;  ///< where it was the largest
  std::map<std::size_t, Found> found_;
};

/// "82 % of", "all of"
[[nodiscard]] std::string share_text(double share);

/// A number with a readable unit: "424 MB/s", "3.2 GiB", "1.2 ms", "97 %".
[[nodiscard]] std::string with_unit(double value, std::string_view unit);

/// UTC: "12:03:10".
[[nodiscard]] std::string clock_text(const RunClock& clock, double seconds);

}  // namespace tscollect::analysis
