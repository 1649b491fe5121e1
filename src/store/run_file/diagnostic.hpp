#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::store {

/// An error violates the format: readers may fail. A warning conforms to the format but deserves
/// attention: a counter that was reset, a clock that was set back.
enum class Severity : std::uint8_t { error, warning };

[[nodiscard]] std::string_view to_string(Severity severity) noexcept;

/// One result of a check.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string rule;                 ///< name of the check: "tick-order"
  std::string place;                ///< "/hosts/node01/vmstat", or "$.hosts.node01" in a sidecar
  std::optional<std::int64_t> row;  ///< of the array at `place`, from 0
  std::string what;
};

/// Collects the diagnostics of a check. The first few of each rule are kept and all are counted, so
/// that a hostile file cannot fill memory or screen.
class Diagnostics {
 public:
  static constexpr std::size_t most_kept_per_rule = 20;

  void add(Diagnostic diagnostic);
  void error(std::string rule, std::string place, std::string what);
  void error_at(std::string rule, std::string place, std::int64_t row, std::string what);
  void warn(std::string rule, std::string place, std::string what);

  [[nodiscard]] const std::vector<Diagnostic>& kept() const noexcept { return kept_; }
  [[nodiscard]] std::size_t errors() const noexcept { return errors_; }
  [[nodiscard]] std::size_t warnings() const noexcept { return warnings_; }
  /// Number of diagnostics that were not kept, by rule.
  [[nodiscard]] std::map<std::string, std::size_t> left_out() const;

 private:
  std::vector<Diagnostic> kept_;
  std::map<std::string, std::size_t> found_;  ///< by rule
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

}  // namespace tscollect::store
