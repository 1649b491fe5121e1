#include "block/host_block.hpp"
#include "block/host_json.hpp"
#include "stream/layout_bytes.hpp"
#include "base/integer_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>

// The head of a packed block is CBOR: self-describing, and read by a library that expects the
// worst. Magic and version stand in front of it, so that ranks of different builds notice each
// other.

namespace tscollect::record {

namespace {

using nlohmann::json;

void write_chunk(ByteWriter& out, const Chunk& chunk) {
  for (const std::uint64_t offset : chunk.offset) out.varint(offset);
  out.varint(chunk.payload_begin);
  out.varint(chunk.payload_size);
}

Chunk read_chunk(ByteReader& in, std::size_t rank) {
  Chunk chunk;
  for (std::size_t i = 0; i < rank; ++i) chunk.offset.push_back(in.varint());
  chunk.payload_begin = in.varint();
  chunk.payload_size = in.varint();
  return chunk;
}

/// A list as one CBOR byte string: a tree of hundreds of names and numbers would cost rank 0 more
/// than writing them to the file.
template <class T, class Write>
json list_to_json(const std::vector<T>& list, Write write) {
  std::vector<std::byte> bytes;
  ByteWriter out(bytes);
  out.varint(list.size());
  for (const T& element : list) write(out, element);
  const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return json::binary({begin, begin + bytes.size()});
}

template <class Read>
auto list_from_json(const json& value, std::size_t least_bytes, Read read) {
  ByteReader in(std::as_bytes(std::span(value.get_binary())));
  std::vector<decltype(read(in))> list;
  for (std::size_t left = in.count(least_bytes); left > 0 && in.ok(); --left)
    list.push_back(read(in));
  if (!in.ok() || !in.at_end()) throw std::invalid_argument("a list is malformed");
  return list;
}

void write_host_row(ByteWriter& out, const HostRow& row) {
  out.string(row.name);
  write_device(out, row);
}

HostRow read_host_row(ByteReader& in) {
  HostRow row;
  row.name = in.string();
  read_device(in, row);
  return row;
}

}  // namespace

void to_json(json& value, const ChunkedArray& array) {
  value = {{"type", array.type},
           {"shape", array.shape},
           {"chunk_shape", array.chunk_shape},
           {"chunks", list_to_json(array.chunks, write_chunk)}};
}

void from_json(const json& value, ChunkedArray& array) {
  value.at("type").get_to(array.type);
  value.at("shape").get_to(array.shape);
  value.at("chunk_shape").get_to(array.chunk_shape);
  const std::size_t rank = array.chunk_shape.size();
  array.chunks = list_from_json(value.at("chunks"), rank + 2,
                                [rank](ByteReader& in) { return read_chunk(in, rank); });
}

void to_json(json& value, const HostSource& source) {
  value = {{"name", source.name},
           {"row_dimension", source.row_dimension},
           {"row_name_field", source.row_name_field},
           {"kernel_document", source.kernel_document},
           {"summary", source.summary},
           {"fields", list_to_json(source.fields, write_field)},
           {"rows", list_to_json(source.rows, write_host_row)},
           {"row_attributes", source.row_attributes},
           {"row_texts", source.row_texts},
           {"excluded_rows", source.excluded_rows},
           {"uint64_columns", source.uint64_columns},
           {"has_missing", source.has_missing},
           {"values", source.values}};
}

void from_json(const json& value, HostSource& source) {
  value.at("name").get_to(source.name);
  value.at("row_dimension").get_to(source.row_dimension);
  value.at("row_name_field").get_to(source.row_name_field);
  value.at("kernel_document").get_to(source.kernel_document);
  value.at("summary").get_to(source.summary);
  source.fields = list_from_json(value.at("fields"), least_field_bytes, read_field);
  source.rows = list_from_json(value.at("rows"), least_device_bytes, read_host_row);
  value.at("row_attributes").get_to(source.row_attributes);
  value.at("row_texts").get_to(source.row_texts);
  value.at("excluded_rows").get_to(source.excluded_rows);
  value.at("uint64_columns").get_to(source.uint64_columns);
  value.at("has_missing").get_to(source.has_missing);
  value.at("values").get_to(source.values);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HostError, first_row, last_row, first_time_ns, last_time_ns,
                                   count, source, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TickGap, first_tick, last_tick, next_row, next_time_ns)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CounterReset, row, time_ns, source, device, fields)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HostSummary, name, samples, first_time_ns, last_time_ns,
                                   first_elapsed_ns, last_elapsed_ns, missed_ticks, gap_count,
                                   late_ticks, reset_count, dropped_samples, late_p50_ns,
                                   late_p99_ns, late_max_ns, duration_p50_ns, duration_p99_ns,
                                   duration_max_ns, error_count, cpu_ns, peak_memory_bytes,
                                   stored_bytes, journal_bytes, journal_fault, sampling_fault,
                                   absent_sources, clock_at_start, clock_at_stop, facts)

namespace {

constexpr std::array<char, 8> magic = {'T', 'S', 'C', 'B', 'L', 'O', 'C', 'K'};
constexpr std::uint32_t pack_version = 5;
constexpr std::size_t front_bytes = magic.size() + sizeof(std::uint32_t) + sizeof(std::uint64_t);

/// Empty if the array's chunks tile its shape and lie in the payload.
std::string fault_of(const ChunkedArray& array, std::size_t rank, std::size_t payload_size) {
  if (array.type != ValueType::integer && array.type != ValueType::real) return "unknown type";
  if (array.shape.size() != rank || array.chunk_shape.size() != rank) return "wrong rank";
  if (std::ranges::count(array.chunk_shape, 0) > 0) return "empty chunks";
  for (const Chunk& chunk : array.chunks) {
    if (chunk.offset.size() != rank) return "chunk of a wrong rank";
    for (std::size_t i = 0; i < rank; ++i)
      if (chunk.offset[i] >= array.shape[i] || chunk.offset[i] % array.chunk_shape[i] != 0)
        return "chunk outside the array";
    if (chunk.payload_begin > payload_size ||
        chunk.payload_size > payload_size - chunk.payload_begin)
      return "chunk outside the payload";
  }
  return {};
}

std::string fault_of(const HostSource& source, std::uint64_t samples, std::size_t payload_size) {
  const bool flat = source.row_dimension.empty();
  if (auto fault = fault_of(source.values, flat ? 2 : 3, payload_size); !fault.empty())
    return fault;
  if (source.values.shape.front() != samples ||
      source.values.shape.back() != source.fields.size() ||
      (!flat && source.values.shape[1] != source.rows.size()))
    return "shape and names disagree";
  for (const HostRow& row : source.rows)
    if (row.attributes.size() != source.row_attributes.size() ||
        row.texts.size() != source.row_texts.size())
      return "device attributes and their names disagree";
  return {};
}

std::string fault_of(const HostBlock& block) {
  if (block.summary.samples < 0) return "negative number of samples";
  const auto samples = static_cast<std::uint64_t>(block.summary.samples);
  for (const ChunkedArray* array : {&block.time, &block.tick, &block.lateness, &block.duration}) {
    if (auto fault = fault_of(*array, 1, block.payload.size()); !fault.empty())
      return "clocks: " + fault;
    if (array->shape.front() != samples) return "clocks: not as many as samples";
  }
  for (const HostSource& source : block.sources)
    if (auto fault = fault_of(source, samples, block.payload.size()); !fault.empty())
      return source.name + ": " + fault;
  return {};
}

}  // namespace

std::vector<std::byte> pack(const HostBlock& block) {
  const nlohmann::json head = {
      {"summary", block.summary},   {"sources_requested", block.sources_requested},
      {"time", block.time},         {"tick", block.tick},
      {"lateness", block.lateness}, {"duration", block.duration},
      {"sources", block.sources},   {"errors", block.errors},
      {"gaps", block.gaps},         {"resets", block.resets}};
  const std::vector<std::uint8_t> head_bytes = nlohmann::json::to_cbor(head);
  const std::uint64_t head_size = head_bytes.size();
  std::vector<std::byte> packed(front_bytes + head_bytes.size() + block.payload.size());
  std::byte* at = packed.data();
  const auto append = [&at](const void* bytes, std::size_t size) {
    if (size > 0) std::memcpy(at, bytes, size);
    at += size;
  };
  append(magic.data(), magic.size());
  append(&pack_version, sizeof pack_version);
  append(&head_size, sizeof head_size);
  append(head_bytes.data(), head_bytes.size());
  append(block.payload.data(), block.payload.size());
  return packed;
}

Result<HostBlock> unpack(std::span<const std::byte> packed) {
  return unpack(std::vector<std::byte>(packed.begin(), packed.end()));
}

Result<HostBlock> unpack(std::vector<std::byte>&& packed) {
  const std::span<const std::byte> bytes(packed);
  std::uint32_t version = 0;
  std::uint64_t head_size = 0;
  if (bytes.size() < front_bytes || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0)
    return Error{"not a packed host block"};
  std::memcpy(&version, bytes.data() + magic.size(), sizeof version);
  std::memcpy(&head_size, bytes.data() + magic.size() + sizeof version, sizeof head_size);
  if (version != pack_version)
    return Error{
        fmt::format("packed host block of version {}, this build reads {}", version, pack_version)};
  if (head_size > bytes.size() - front_bytes) return Error{"packed host block is cut short"};
  HostBlock block;
  try {
    const auto parsed = parse_whole_cbor(bytes.subspan(front_bytes, head_size));
    if (!parsed) return Error{fmt::format("packed host block: {}", parsed.error().message)};
    const nlohmann::json& head = parsed.value();
    head.at("summary").get_to(block.summary);
    head.at("sources_requested").get_to(block.sources_requested);
    head.at("time").get_to(block.time);
    head.at("tick").get_to(block.tick);
    head.at("lateness").get_to(block.lateness);
    head.at("duration").get_to(block.duration);
    head.at("sources").get_to(block.sources);
    head.at("errors").get_to(block.errors);
    head.at("gaps").get_to(block.gaps);
    head.at("resets").get_to(block.resets);
  } catch (const nlohmann::json::exception& fault) {
    return Error{fmt::format("packed host block: {}", fault.what())};
  } catch (const std::invalid_argument& fault) {
    return Error{fmt::format("packed host block: {}", fault.what())};
  }
  packed.erase(packed.begin(),
               packed.begin() + static_cast<std::ptrdiff_t>(front_bytes + head_size));
  block.payload = std::move(packed);
  if (const std::string fault = fault_of(block); !fault.empty())
    return Error{fmt::format("packed host block of {}: {}", block.summary.name, fault)};
  return block;
}

}  // namespace tscollect::record
