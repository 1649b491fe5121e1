#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tscollect::table {

/// Maps names to positions; looks up a string_view without allocating.
class NameIndex {
 public:
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const {
    const auto found = positions_.find(name);
    if (found == positions_.end()) return std::nullopt;
    return found->second;
  }
  void add(std::string_view name, std::uint32_t position) { positions_.emplace(name, position); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const noexcept {
      return std::hash<std::string_view>{}(name);
    }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> positions_;
};

}  // namespace tscollect::table
