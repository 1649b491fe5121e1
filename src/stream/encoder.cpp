#include "stream/layout_bytes.hpp"
#include "stream/record_kind.hpp"
#include "stream/sample_stream.hpp"

#include <array>
#include <bit>

namespace tscollect::record {

namespace {

constexpr std::size_t bits_per_word = 64;
constexpr std::size_t first_record_bytes = 4096;

// What a sample's record can take at most: its head and clocks, and for each active column its bit
// and its difference.
constexpr std::size_t longest_varint = 10;
constexpr std::size_t most_clock_bytes = 1 + 4 * longest_varint;
constexpr std::size_t bytes_per_active = longest_varint + 1;

}  // namespace

SampleEncoder::SampleEncoder(TickGrid grid, std::size_t source_count)
    : grid_(grid), announced_(source_count) {
  record_.reserve(first_record_bytes);
  last_.tick = -1;
}

[[gnu::hot]] void SampleEncoder::encode(const SampleClock& clock,
                                        std::span<const SourceReading> readings,
                                        std::vector<std::byte>& records) {
  records.clear();
  if (restarts_) write_restart(records);
  for (std::size_t source = 0; source < readings.size(); ++source) {
    const sources::Table& table = *readings[source].table;
    Announced& announced = announced_[source];
    if (announced.layout_version != table.layout_version()) {
      announce(source, table);
      append_record(record_, records);
    }
    if (announced.error != readings[source].error) {
      announce_error(source, readings[source].error);
      append_record(record_, records);
    }
    find_changes(announced, table);
  }
  append_record(write_sample(clock), records);
}

void SampleEncoder::write_restart(std::vector<std::byte>& records) {
  restarts_ = false;
  announced_.assign(announced_.size(), {});
  column_count_ = 0;
  changed_.clear();
  differences_.clear();
  last_ = {};
  last_.tick = -1;
  last_wall_minus_mono_ = 0;
  append_record(std::array{std::byte{restart_record}}, records);
}

void SampleEncoder::announce(std::size_t source, const sources::Table& table) {
  Announced& known = announced_[source];
  const auto& columns = table.columns();
  record_.clear();
  ByteWriter out(record_);
  out.byte(layout_record);
  out.varint(source);
  out.varint(table.fields().size() - known.fields);
  for (std::size_t i = known.fields; i < table.fields().size(); ++i)
    write_field(out, table.fields()[i]);
  out.varint(table.rows().size() - known.rows);
  for (std::size_t i = known.rows; i < table.rows().size(); ++i) write_row(out, table.rows()[i]);
  const std::size_t known_columns = known.columns.size();
  out.varint(columns.size() - known_columns);
  for (std::size_t i = known_columns; i < columns.size(); ++i) {
    out.varint(columns[i].row);
    out.varint(columns[i].field);
    out.signed_varint(table.values()[i]);
    known.columns.push_back({table.values()[i], inactive, column_count_++});
    known.beyond_int64.push_back(false);
  }
  std::vector<std::uint32_t> beyond;
  for (std::uint32_t i = 0; i < columns.size(); ++i)
    if (columns[i].beyond_int64 && !known.beyond_int64[i]) beyond.push_back(i);
  out.varint(beyond.size());
  for (const std::uint32_t column : beyond) {
    out.varint(column);
    known.beyond_int64[column] = true;
  }
  known.fields = table.fields().size();
  known.rows = table.rows().size();
  known.layout_version = table.layout_version();
}

void SampleEncoder::announce_error(std::size_t source, std::string_view error) {
  announced_[source].error = error;
  record_.clear();
  ByteWriter out(record_);
  out.byte(error_record);
  out.varint(source);
  out.string(error);
}

[[gnu::hot]] void SampleEncoder::find_changes(Announced& announced, const sources::Table& table) {
  const std::int64_t* values = table.values().data();
  for (const std::uint32_t column : table.touched()) {
    Followed& followed = announced.columns[column];
    const std::int64_t value = values[column];
    if (followed.last == value) continue;
    if (followed.active_position == inactive) activate(followed);
    changed_[followed.active_position / bits_per_word] |=
        std::uint64_t{1} << (followed.active_position % bits_per_word);
    differences_[followed.active_position] = wrapping_difference(value, followed.last);
    followed.last = value;
  }
}

void SampleEncoder::activate(Followed& followed) {
  followed.active_position = static_cast<std::uint32_t>(differences_.size());
  differences_.push_back(0);
  new_active_.push_back(followed.number);
  changed_.resize((differences_.size() + bits_per_word - 1) / bits_per_word);
}

[[gnu::hot]] std::span<const std::byte> SampleEncoder::write_sample(const SampleClock& clock) {
  const std::size_t most_bytes = most_clock_bytes + longest_varint * (new_active_.size() + 1) +
                                 bytes_per_active * differences_.size();
  if (sample_.size() < most_bytes) sample_.resize(most_bytes);
  PlacedWriter out(sample_.data());
  const bool skips = clock.tick != last_.tick + 1;
  out.byte(static_cast<std::uint8_t>(sample_record | (skips ? sample_skips_ticks : 0) |
                                     (new_active_.empty() ? 0 : sample_activates)));
  if (skips) out.signed_varint(clock.tick - last_.tick);
  // Wall clock minus monotonic clock hardly moves, and monotonic time follows from the tick.
  const std::int64_t mono_ns = grid_.due(clock.tick).time_since_epoch().count() + clock.lateness_ns;
  const std::int64_t wall_minus_mono = wrapping_difference(clock.wall_ns, mono_ns);
  out.signed_varint(wrapping_difference(clock.lateness_ns, last_.lateness_ns));
  out.signed_varint(wrapping_difference(wall_minus_mono, last_wall_minus_mono_));
  out.signed_varint(wrapping_difference(clock.duration_ns, last_.duration_ns));
  if (!new_active_.empty()) {
    out.varint(new_active_.size());
    for (const std::uint32_t number : new_active_) out.varint(number);
    new_active_.clear();
  }
  const std::size_t active = differences_.size();
  for (std::size_t position = 0; position < active; position += 8)
    out.byte(static_cast<std::uint8_t>(changed_[position / bits_per_word] >>
                                       (position % bits_per_word)));
  for (std::size_t word = 0; word < changed_.size(); ++word) {
    for (std::uint64_t bits = changed_[word]; bits != 0; bits &= bits - 1)
      out.signed_varint(
          differences_[word * bits_per_word + static_cast<std::size_t>(std::countr_zero(bits))]);
    changed_[word] = 0;
  }
  last_ = clock;
  last_wall_minus_mono_ = wall_minus_mono;
  return {sample_.data(), out.end()};
}

[[gnu::hot]] void SampleEncoder::append_record(std::span<const std::byte> record,
                                               std::vector<std::byte>& records) {
  ByteWriter(records).varint(record.size());
  records.insert(records.end(), record.begin(), record.end());
}

}  // namespace tscollect::record
