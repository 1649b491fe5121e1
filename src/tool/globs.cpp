#include "tool/globs.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

namespace tscollect::tool {

Globs::Globs(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

bool Globs::fit(std::string_view name) const {
  const std::string text(name);
  return patterns_.empty() || std::ranges::any_of(patterns_, [&text](const std::string& pattern) {
           return pattern == text || fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
         });
}

std::vector<std::string> Globs::without_match(const std::vector<std::string>& names) const {
  std::vector<std::string> unmatched;
  for (const std::string& pattern : patterns_) {
    const Globs one({pattern});
    if (std::ranges::none_of(names, [&one](const std::string& name) { return one.fit(name); }))
      unmatched.push_back(pattern);
  }
  return unmatched;
}

}  // namespace tscollect::tool
