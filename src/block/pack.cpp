#include "block/host_block.hpp"
#include "stream/layout_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

// A packed block: magic, version, length of the header, header, payload. The header holds the
// members of the block one after another; the functions members() list them for both directions.
// Magic and version come first, so that ranks of different builds detect each other.

namespace tscollect::block {

namespace {

/// Writes every value passed to it.
class HeadWriter {
 public:
  explicit HeadWriter(std::vector<std::byte>& out) : out_(out) {}

  template <class... Values>
  void operator()(const Values&... values) {
    (write(values), ...);
  }

 private:
  void write(bool value) { out_.byte(value ? 1 : 0); }
  void write(std::int64_t value) { out_.signed_varint(value); }
  void write(std::uint64_t value) { out_.varint(value); }
  void write(ValueType type) { out_.byte(static_cast<std::uint8_t>(type)); }
  void write(const std::string& text) { out_.string(text); }
  void write(const FieldDescription& field) { stream::write_field(out_, field); }
  void write(const HostRow& row) {
    out_.string(row.name);
    stream::write_device(out_, row);
  }
  template <class T>
  void write(const std::vector<T>& list) {
    out_.varint(list.size());
    for (const T& element : list) write(element);
  }
  template <class Struct>
  void write(const Struct& value) {
    members(*this, value);
  }

  base::ByteWriter out_;
};

/// Reads into every value passed to it. The bytes are untrusted: after malformed input ok() is
/// false. Each element of a list takes at least a byte, so no list is longer than the header.
class HeadReader {
 public:
  explicit HeadReader(std::span<const std::byte> bytes) : in_(bytes) {}

  template <class... Values>
  void operator()(Values&... values) {
    (read(values), ...);
  }
  [[nodiscard]] bool read_all() const noexcept { return in_.ok() && in_.at_end(); }

 private:
  void read(bool& value) { value = in_.byte() != 0; }
  void read(std::int64_t& value) { value = in_.signed_varint(); }
  void read(std::uint64_t& value) { value = in_.varint(); }
  void read(ValueType& type) { type = static_cast<ValueType>(in_.byte()); }
  void read(std::string& text) { text = in_.string(); }
  void read(FieldDescription& field) { field = stream::read_field(in_); }
  void read(HostRow& row) {
    row.name = in_.string();
    stream::read_device(in_, row);
  }
  template <class T>
  void read(std::vector<T>& list) {
    for (std::size_t left = in_.count(1); left > 0 && in_.ok(); --left) read(list.emplace_back());
  }
  template <class Struct>
  void read(Struct& value) {
    members(*this, value);
  }

  base::ByteReader in_;
};

template <class Value, class Struct>
concept Is = std::same_as<std::remove_const_t<Value>, Struct>;

void members(auto& head, Is<Chunk> auto& chunk) {
  head(chunk.offset, chunk.payload_begin, chunk.payload_size);
}

void members(auto& head, Is<ChunkedArray> auto& array) {
  head(array.type, array.shape, array.chunk_shape, array.chunks);
}

void members(auto& head, Is<HostSource> auto& source) {
  head(source.name, source.row_dimension, source.row_name_field, source.kernel_document,
       source.summary, source.fields, source.rows, source.row_attributes, source.row_texts,
       source.excluded_rows, source.uint64_columns, source.has_missing, source.values);
}

void members(auto& head, Is<HostError> auto& error) {
  head(error.first_row, error.last_row, error.first_time_ns, error.last_time_ns, error.count,
       error.source, error.message);
}

void members(auto& head, Is<TickGap> auto& gap) {
  head(gap.first_tick, gap.last_tick, gap.next_row, gap.next_time_ns);
}

void members(auto& head, Is<CounterReset> auto& reset) {
  head(reset.row, reset.time_ns, reset.source, reset.device, reset.fields);
}

void members(auto& head, Is<ClockOffset> auto& clock) {
  head(clock.offset_ns, clock.uncertainty_ns, clock.mono_offset_ns);
}

void members(auto& head, Is<HostFacts> auto& facts) {
  head(facts.kernel, facts.cpu_model, facts.cpu_count, facts.memory_kib, facts.boot_id,
       facts.addresses, facts.clock_ticks_per_second);
}

void members(auto& head, Is<HostSummary> auto& summary) {
  head(summary.name, summary.samples, summary.first_time_ns, summary.last_time_ns,
       summary.first_elapsed_ns, summary.last_elapsed_ns, summary.missed_ticks, summary.gap_count,
       summary.late_ticks, summary.reset_count, summary.dropped_samples, summary.late_p50_ns,
       summary.late_p99_ns, summary.late_max_ns, summary.duration_p50_ns, summary.duration_p99_ns,
       summary.duration_max_ns, summary.error_count, summary.cpu_ns, summary.peak_memory_bytes,
       summary.stored_bytes, summary.journal_bytes, summary.journal_error, summary.sampling_error,
       summary.reading_error, summary.absent_sources, summary.clock_at_start, summary.clock_at_stop,
       summary.facts);
}

void members(auto& head, Is<HostBlock> auto& block) {
  head(block.summary, block.sources_requested, block.time, block.tick, block.lateness,
       block.duration, block.sources, block.errors, block.gaps, block.resets);
}

constexpr std::array<char, 8> magic = {'T', 'S', 'C', 'B', 'L', 'O', 'C', 'K'};
constexpr std::uint32_t pack_version = 7;
constexpr std::size_t front_bytes = magic.size() + sizeof(std::uint32_t) + sizeof(std::uint64_t);

/// Empty if the array's chunks tile its shape and lie in the payload; otherwise the error.
std::string error_in(const ChunkedArray& array, std::size_t rank, std::size_t payload_size) {
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

std::string error_in(const HostSource& source, std::uint64_t samples, std::size_t payload_size) {
  const bool flat = source.row_dimension.empty();
  if (auto error = error_in(source.values, flat ? 2 : 3, payload_size); !error.empty())
    return error;
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

std::string error_in(const HostBlock& block) {
  if (block.summary.samples < 0) return "negative number of samples";
  const auto samples = static_cast<std::uint64_t>(block.summary.samples);
  for (const ChunkedArray* array : {&block.time, &block.tick, &block.lateness, &block.duration}) {
    if (auto error = error_in(*array, 1, block.payload.size()); !error.empty())
      return "clocks: " + error;
    if (array->shape.front() != samples) return "clocks: their number is not that of the samples";
  }
  for (const HostSource& source : block.sources)
    if (auto error = error_in(source, samples, block.payload.size()); !error.empty())
      return source.name + ": " + error;
  return {};
}

}  // namespace

std::vector<std::byte> pack(const HostBlock& block) {
  std::vector<std::byte> head;
  HeadWriter writer(head);
  members(writer, block);
  const std::uint64_t head_size = head.size();
  std::vector<std::byte> packed(front_bytes + head.size() + block.payload.size());
  std::byte* at = packed.data();
  const auto append = [&at](const void* bytes, std::size_t size) {
    if (size > 0) std::memcpy(at, bytes, size);
    at += size;
  };
  append(magic.data(), magic.size());
  append(&pack_version, sizeof pack_version);
  append(&head_size, sizeof head_size);
  append(head.data(), head.size());
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
  HeadReader reader(bytes.subspan(front_bytes, head_size));
  members(reader, block);
  if (!reader.read_all()) return Error{"packed host block: its header is malformed"};
  packed.erase(packed.begin(),
               packed.begin() + static_cast<std::ptrdiff_t>(front_bytes + head_size));
  block.payload = std::move(packed);
  if (const std::string error = error_in(block); !error.empty())
    return Error{fmt::format("packed host block of {}: {}", block.summary.name, error)};
  return block;
}

}  // namespace tscollect::block
