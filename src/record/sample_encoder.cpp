#include "record/record_kind.hpp"
#include "record/sample_stream.hpp"

#include <bit>

namespace tscollect::record {

namespace {

constexpr std::size_t bits_per_word = 64;
constexpr std::size_t first_record_bytes = 4096;

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

}  // namespace

SampleEncoder::SampleEncoder(TickGrid grid, std::size_t source_count)
    : grid_(grid), announced_(source_count) {
  record_.reserve(first_record_bytes);
  last_.tick = -1;
}

void SampleEncoder::encode(const SampleClock& clock, std::span<const SourceReading> readings,
                           std::vector<std::byte>& records) {
  records.clear();
  if (restarts_) write_restart(records);
  for (std::size_t source = 0; source < readings.size(); ++source) {
    const sources::Table& table = *readings[source].table;
    announce(source, table);
    if (!record_.empty()) append_record(records);
    announce_error(source, readings[source].error);
    if (!record_.empty()) append_record(records);
    find_changes(announced_[source], table);
  }
  write_sample(clock);
  append_record(records);
}

void SampleEncoder::restart() { restarts_ = true; }

void SampleEncoder::write_restart(std::vector<std::byte>& records) {
  restarts_ = false;
  announced_.assign(announced_.size(), {});
  columns_.clear();
  active_.clear();
  changed_.clear();
  now_.clear();
  last_ = {};
  last_.tick = -1;
  last_wall_minus_mono_ = 0;
  ByteWriter(record_).byte(restart_record);
  append_record(records);
}

void SampleEncoder::announce(std::size_t source, const sources::Table& table) {
  Announced& known = announced_[source];
  const auto& columns = table.columns();
  bool news = known.fields != table.fields().size() || known.rows != table.rows().size() ||
              known.global.size() != columns.size();
  // A column that turns out to need its 64th bit is rare, and only a touched one can.
  for (const std::uint32_t column : table.touched())
    news = news || (columns[column].beyond_int64 && !known.beyond_int64[column]);
  if (!news) return;

  ByteWriter out(record_);
  out.byte(layout_record);
  out.varint(source);
  out.varint(table.fields().size() - known.fields);
  for (std::size_t i = known.fields; i < table.fields().size(); ++i)
    write_field(out, table.fields()[i]);
  out.varint(table.rows().size() - known.rows);
  for (std::size_t i = known.rows; i < table.rows().size(); ++i) write_row(out, table.rows()[i]);
  const std::size_t known_columns = known.global.size();
  out.varint(columns.size() - known_columns);
  for (std::size_t i = known_columns; i < columns.size(); ++i) {
    out.varint(columns[i].row);
    out.varint(columns[i].field);
    out.signed_varint(table.values()[i]);
    known.global.push_back(static_cast<std::uint32_t>(columns_.size()));
    known.beyond_int64.push_back(false);
    columns_.push_back({table.values()[i], inactive});
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
}

void SampleEncoder::announce_error(std::size_t source, std::string_view error) {
  if (announced_[source].error == error) return;
  announced_[source].error = error;
  ByteWriter out(record_);
  out.byte(error_record);
  out.varint(source);
  out.string(error);
}

void SampleEncoder::find_changes(const Announced& announced, const sources::Table& table) {
  for (const std::uint32_t touched : table.touched()) {
    const std::uint32_t column = announced.global[touched];
    Followed& followed = columns_[column];
    const std::int64_t value = table.values()[touched];
    if (followed.last == value) continue;
    if (followed.active_position == inactive) {
      followed.active_position = static_cast<std::uint32_t>(active_.size());
      active_.push_back(column);
      now_.push_back(0);
      new_active_.push_back(column);
      changed_.resize((active_.size() + bits_per_word - 1) / bits_per_word);
    }
    changed_[followed.active_position / bits_per_word] |=
        std::uint64_t{1} << (followed.active_position % bits_per_word);
    now_[followed.active_position] = value;
  }
}

void SampleEncoder::write_sample(const SampleClock& clock) {
  ByteWriter out(record_);
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
    for (const std::uint32_t column : new_active_) out.varint(column);
    new_active_.clear();
  }
  for (std::size_t position = 0; position < active_.size(); position += 8)
    out.byte(static_cast<std::uint8_t>(changed_[position / bits_per_word] >>
                                       (position % bits_per_word)));
  for (std::size_t word = 0; word < changed_.size(); ++word) {
    for (std::uint64_t bits = changed_[word]; bits != 0; bits &= bits - 1) {
      const std::size_t position =
          word * bits_per_word + static_cast<std::size_t>(std::countr_zero(bits));
      Followed& followed = columns_[active_[position]];
      out.signed_varint(wrapping_difference(now_[position], followed.last));
      followed.last = now_[position];
    }
    changed_[word] = 0;
  }
  last_ = clock;
  last_wall_minus_mono_ = wall_minus_mono;
}

void SampleEncoder::append_record(std::vector<std::byte>& records) {
  ByteWriter(records).varint(record_.size());
  records.insert(records.end(), record_.begin(), record_.end());
  record_.clear();
}

}  // namespace tscollect::record
