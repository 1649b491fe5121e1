#pragma once

#include "block/host_block.hpp"

#include <array>
#include <cstdint>

namespace tscollect::store {

/// An integer column of the host table.
struct HostTableColumn {
  const char* name;
  const char* meaning;  ///< nullptr: the name is clear
  const char* unit;     ///< nullptr: none
  bool is_time;         ///< UTC nanoseconds
  /// The member of the summary stored in the column.
  std::int64_t& (*member)(block::HostSummary& summary);
  /// Whether the value is known for this host; nullptr: always. Without samples there is no first
  /// time.
  bool (*is_known)(const block::HostSummary& summary);
};

inline constexpr std::size_t host_table_column_count = 21;

/// All columns, in the order of writing.
[[nodiscard]] const std::array<HostTableColumn, host_table_column_count>& host_table_columns();

}  // namespace tscollect::store
