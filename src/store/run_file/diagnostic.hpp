#pragma once

#include "store/hdf5/store_error.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tscollect::store {

/// An error violates the format: readers may fail. A warning conforms to the format but deserves
/// attention: a counter that was reset, a clock that was set back.
enum class Severity : std::uint8_t { error, warning };

[[nodiscard]] constexpr std::string_view to_string(Severity severity) noexcept {
  return severity == Severity::error ? "error" : "warning";
}

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

  void add(Severity severity, std::string_view rule, std::string_view place,
           std::optional<std::int64_t> row, std::string_view what);

  // The same, with what it says as for fmt::format().

  template <class... Args>
  void error(std::string_view rule, std::string_view place, fmt::format_string<Args...> what,
             Args&&... args) {
    error_at(rule, place, std::nullopt, what, std::forward<Args>(args)...);
  }
  template <class... Args>
  void error_at(std::string_view rule, std::string_view place, std::optional<std::int64_t> row,
                fmt::format_string<Args...> what, Args&&... args) {
    add(Severity::error, rule, place, row, fmt::format(what, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warn(std::string_view rule, std::string_view place, std::optional<std::int64_t> row,
            fmt::format_string<Args...> what, Args&&... args) {
    add(Severity::warning, rule, place, row, fmt::format(what, std::forward<Args>(args)...));
  }

  /// Adds an error of the reader or of HDF5, at the path in its message, or else at `place`.
  void add_store_error(std::string_view rule, std::string_view file, std::string_view place,
                       const StoreError& error);

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
