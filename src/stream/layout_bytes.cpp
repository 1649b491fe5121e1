#include "stream/layout_bytes.hpp"

#include <cstdint>

namespace tscollect::stream {

void write_field(base::ByteWriter& out, const FieldDescription& field) {
  out.string(field.name);
  out.string(field.unit);
  out.byte(static_cast<std::uint8_t>(field.kind));
  out.byte(static_cast<std::uint8_t>(field.type));
  out.byte(static_cast<std::uint8_t>(field.width_bits));
}

namespace {

void write_attributes(base::ByteWriter& out, std::span<const std::int64_t> attributes) {
  out.varint(attributes.size());
  for (const std::int64_t attribute : attributes) out.signed_varint(attribute);
}

std::vector<std::int64_t> read_attributes(base::ByteReader& in) {
  std::vector<std::int64_t> attributes;
  for (std::size_t left = in.count(1); left > 0 && in.ok(); --left)
    attributes.push_back(in.signed_varint());
  return attributes;
}

}  // namespace

void write_row(base::ByteWriter& out, std::string_view name,
               std::span<const std::int64_t> attributes) {
  out.string(name);
  write_attributes(out, attributes);
}

void write_device(base::ByteWriter& out, const table::Row& row) {
  write_attributes(out, row.attributes);
  out.varint(row.texts.size());
  for (const std::string& text : row.texts) out.string(text);
}

FieldDescription read_field(base::ByteReader& in) {
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

table::Row read_row(base::ByteReader& in) {
  table::Row row;
  row.name = in.string();
  row.attributes = read_attributes(in);
  return row;
}

void read_device(base::ByteReader& in, table::Row& row) {
  row.attributes = read_attributes(in);
  row.texts.clear();
  for (std::size_t left = in.count(1); left > 0 && in.ok(); --left)
    row.texts.emplace_back(in.string());
}

}  // namespace tscollect::stream
