#include "stream/layout_bytes.hpp"

#include <cstdint>

namespace tscollect::record {

void write_field(ByteWriter& out, const FieldDescription& field) {
  out.string(field.name);
  out.string(field.unit);
  out.byte(static_cast<std::uint8_t>(field.kind));
  out.byte(static_cast<std::uint8_t>(field.type));
  out.byte(static_cast<std::uint8_t>(field.width_bits));
}

void write_row(ByteWriter& out, const sources::Row& row) {
  out.string(row.name);
  out.varint(row.attributes.size());
  for (const std::int64_t attribute : row.attributes) out.signed_varint(attribute);
}

FieldDescription read_field(ByteReader& in) {
  FieldDescription field;
  field.name = in.string();
  field.unit = in.string();
  const std::uint8_t kind = in.byte();
  const std::uint8_t type = in.byte();
  if (kind > static_cast<std::uint8_t>(Kind::unknown) ||
      type > static_cast<std::uint8_t>(ValueType::real))
    in.fail();
  field.kind = static_cast<Kind>(kind);
  field.type = static_cast<ValueType>(type);
  field.width_bits = in.byte();
  return field;
}

sources::Row read_row(ByteReader& in) {
  sources::Row row;
  row.name = in.string();
  const std::size_t attributes = in.count(1);
  for (std::size_t i = 0; i < attributes; ++i) row.attributes.push_back(in.signed_varint());
  return row;
}

}  // namespace tscollect::record
