#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace tscollect::table {

/// Selects devices: those that match the include expression (all, if it is empty) and do not match
/// the exclude expression. Each name is checked once. Throws std::invalid_argument on a malformed
/// expression.
///
/// Expressions are those of RE2, whose time is proportional to the length of the name for every
/// expression. It has no back-references, look-ahead or look-behind.
class DeviceFilter {
 public:
  DeviceFilter() = default;
  DeviceFilter(const std::string& include, const std::string& exclude);
  [[nodiscard]] bool keeps(std::string_view name) const;

 private:
  std::shared_ptr<const re2::RE2> include_;  ///< nullptr: none was given
  std::shared_ptr<const re2::RE2> exclude_;
};

}  // namespace tscollect::table
