#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace tscollect::table {

/// Which devices are kept: those that the include expression finds (all, if empty) and the exclude
/// expression does not. Asked once for each name. Throws std::invalid_argument if malformed.
///
/// Expressions are RE2's, which takes time in proportion to the name, whatever the expression. So
/// there are no back-references and no looking ahead or behind.
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
