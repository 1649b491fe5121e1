#pragma once

#include "base/bytes.hpp"
#include "table/table.hpp"

#include <tscollect/source.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// Encoding of fields and devices, in the layout records of a stream and in the header of a packed
// block.

namespace tscollect::stream {

// Smallest encoded size of each.
inline constexpr std::size_t least_field_bytes = 5;
inline constexpr std::size_t least_row_bytes = 2;
inline constexpr std::size_t least_device_bytes = 3;  ///< including the row's number before it

void write_field(base::ByteWriter& out, const FieldDescription& field);
void write_row(base::ByteWriter& out, std::string_view name,
               std::span<const std::int64_t> attributes);
/// Writes what is known of a row besides its name: attributes and texts.
void write_device(base::ByteWriter& out, const table::Row& row);

/// After malformed input `in` is not ok(), and the result is meaningless.
[[nodiscard]] FieldDescription read_field(base::ByteReader& in);
[[nodiscard]] table::Row read_row(base::ByteReader& in);
void read_device(base::ByteReader& in, table::Row& row);

}  // namespace tscollect::stream
