#pragma once

#include "table/line_writer.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace tscollect::table {

/// The unparsed numbers after a device's name. At most 64 are kept; kernels print up to 17.
struct Statistics {
  std::array<std::string_view, 64> tokens;
  std::size_t count = 0;
};

[[nodiscard]] Statistics split_statistics(std::string_view text);

/// Writes all of them by position. The first `known` are those of Source::fields; further ones, of
/// a newer kernel, are named "statistic_18" and so on, counting from 1.
void write_statistics(const Statistics& statistics, std::size_t known, LineWriter& out);

}  // namespace tscollect::table
