#include "table/statistics.hpp"

#include "procfs/scan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::table {

[[gnu::hot]] Statistics split_statistics(std::string_view text) {
  Statistics statistics;
  while (statistics.count < statistics.tokens.size()) {
    const auto token = procfs::next_token(text);
    if (token.empty()) break;
    statistics.tokens[statistics.count++] = token;
  }
  return statistics;
}

[[gnu::hot]] void write_statistics(const Statistics& statistics, std::size_t known,
                                   LineWriter& out) {
  for (std::size_t i = 0; i < std::min(statistics.count, known); ++i)
    out.integer(i, statistics.tokens[i]);
  for (std::size_t i = known; i < statistics.count; ++i) {
    std::array<char, 24> name{};
    const auto end = fmt::format_to_n(name.begin(), name.size(), "statistic_{}", i + 1).out;
    out.integer({name.begin(), static_cast<std::size_t>(end - name.begin())}, statistics.tokens[i]);
  }
}

}  // namespace tscollect::table
