#pragma once

#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace tscollect::sources {

/// Which devices are kept: those that the include expression finds (all, if empty) and the exclude
/// expression does not. Asked once for each name. Throws std::invalid_argument if malformed.
class DeviceFilter {
 public:
  DeviceFilter() = default;
  DeviceFilter(const std::string& include, const std::string& exclude);
  [[nodiscard]] bool keeps(std::string_view name) const;

 private:
  std::optional<std::regex> include_;
  std::optional<std::regex> exclude_;
};

}  // namespace tscollect::sources
