#pragma once

#include "base/bytes.hpp"
#include "table/table.hpp"

#include <tscollect/source.hpp>

#include <cstddef>

// Fields and devices as bytes: in the layout records of a stream, and in the head of a packed
// block.

namespace tscollect::record {

// What each takes at least.
inline constexpr std::size_t least_field_bytes = 5;
inline constexpr std::size_t least_row_bytes = 2;

void write_field(ByteWriter& out, const FieldDescription& field);
void write_row(ByteWriter& out, const sources::Row& row);

/// After anything malformed `in` is not ok(), and the result means nothing.
[[nodiscard]] FieldDescription read_field(ByteReader& in);
[[nodiscard]] sources::Row read_row(ByteReader& in);

}  // namespace tscollect::record
