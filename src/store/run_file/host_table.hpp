#pragma once

#include "block/host_block.hpp"

#include <array>
#include <cstdint>

namespace tscollect::store {

/// An integer column of the host table.
struct HostTableColumn {
  const char* name;
  const char* meaning;  ///< nullptr: the name is enough
  const char* unit;     ///< nullptr: none
  bool is_time;         ///< UTC nanoseconds
  /// The member of a summary that the column holds.
  std::int64_t& (*member)(block::HostSummary& summary);
  /// Whether the value is known for this host; nullptr: always. Without samples there is no first
  /// time.
  bool (*is_known)(const block::HostSummary& summary);
};

inline constexpr std::size_t host_table_column_count = 21;

/// All of them, in the order in which they are written.
[[nodiscard]] const std::array<HostTableColumn, host_table_column_count>& host_table_columns();

}  // namespace tscollect::store
