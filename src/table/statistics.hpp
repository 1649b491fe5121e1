#pragma once

#include "table/line_writer.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace tscollect::table {

/// The numbers that stand behind a device's name, not yet read. Beyond 64 they are not looked at;
/// kernels have reached 17.
struct Statistics {
  std::array<std::string_view, 64> tokens;
  std::size_t count = 0;
};

[[nodiscard]] Statistics split_statistics(std::string_view text);

/// Writes all of them by position: the first `known` are those of Source::fields, what a newer
/// kernel adds is named "statistic_18" and so on, counting from 1.
void write_statistics(const Statistics& statistics, std::size_t known, LineWriter& out);

}  // namespace tscollect::table
