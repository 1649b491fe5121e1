#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tscollect::tool {

/// Shell patterns (*, ?, [a-z]) for names. Without patterns every name matches.
class Globs {
 public:
  Globs() = default;
  explicit Globs(std::vector<std::string> patterns);

  [[nodiscard]] bool empty() const { return patterns_.empty(); }
  [[nodiscard]] bool fit(std::string_view name) const;
  /// Patterns that match none of these names.
  [[nodiscard]] std::vector<std::string> without_match(const std::vector<std::string>& names) const;

 private:
  std::vector<std::string> patterns_;
};

}  // namespace tscollect::tool
