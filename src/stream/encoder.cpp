#include "stream/layout_bytes.hpp"
#include "stream/record_kind.hpp"
#include "stream/sample_stream.hpp"

#include <array>
#include <bit>

namespace tscollect::stream {

namespace {

constexpr std::size_t bits_per_word = 64;
constexpr std::size_t first_record_bytes = 4096;
constexpr std::size_t usual_error_bytes = 128;

// Largest record of a sample: its header and clocks, and for each active column a bit and a
// difference.
constexpr std::size_t longest_varint = 10;
constexpr std::size_t most_clock_bytes = 1 + 4 * longest_varint;
constexpr std::size_t bytes_per_active = longest_varint + 1;

constexpr std::uint64_t bit_of(std::size_t position) noexcept {
  return std::uint64_t{1} << (position % bits_per_word);
}

}  // namespace

SampleEncoder::SampleEncoder(TickSchedule grid, std::size_t source_count)
    : grid_(grid), announced_(source_count) {
  record_.reserve(first_record_bytes);
  for (Announced& announced : announced_) announced.error.reserve(usual_error_bytes);
  last_.tick = -1;
}

[[gnu::hot]] void SampleEncoder::encode(const SampleClock& clock,
                                        std::span<const SourceReading> readings,
                                        std::vector<std::byte>& records) {
  records.clear();
  const bool all_is_new = restarts_;
  if (restarts_) write_restart(records);
  for (std::uint32_t source = 0; source < readings.size(); ++source) {
    const table::Table& table = *readings[source].table;
    Announced& announced = announced_[source];
    const bool new_layout = announced.layout_version != table.layout_version();
    if (new_layout) grow(announced, table);
    if (all_is_new)
      look_at_all(source, table);
    else
      find_changes(source, table);
    if (new_layout || !unannounced_.empty()) {
      announce(source, table);
      append_record(record_, records);
      announce_devices(source, table, records);
    }
    if (announced.error != readings[source].error) {
      announce_error(source, readings[source].error);
      append_record(record_, records);
    }
  }
  append_record(write_sample(clock), records);
}

void SampleEncoder::write_restart(std::vector<std::byte>& records) {
  restarts_ = false;
  announced_.assign(announced_.size(), {});
  column_count_ = 0;
  changed_.clear();
  differences_.clear();
  active_.clear();
  last_ = {};
  last_.tick = -1;
  last_wall_minus_mono_ = 0;
  append_record(std::array{std::byte{restart_record}}, records);
}

void SampleEncoder::grow(Announced& known, const table::Table& table) {
  known.columns.resize(table.columns().size());
  known.places.resize(table.columns().size(), none);
  known.beyond_int64.resize(table.columns().size());
  known.rows.resize(table.rows().size(), none);
  known.described.resize(table.rows().size());
  known.layout_version = table.layout_version();
}

/// Announces the columns in unannounced_, and everything else that is new in the layout.
void SampleEncoder::announce(std::uint32_t source, const table::Table& table) {
  Announced& known = announced_[source];
  const auto& columns = table.columns();
  record_.clear();
  base::ByteWriter out(record_);
  out.byte(layout_record);
  out.varint(source);
  out.varint(table.fields().size() - known.fields);
  for (std::size_t i = known.fields; i < table.fields().size(); ++i)
    write_field(out, table.fields()[i]);
  known.fields = table.fields().size();
  announce_rows(known, table, out);
  out.varint(unannounced_.size());
  for (const std::uint32_t i : unannounced_) {
    out.varint(known.rows[columns[i].row]);
    out.varint(columns[i].field);
    out.signed_varint(known.columns[i].last);
    known.columns[i].number = column_count_++;
    known.places[i] = known.column_count++;
  }
  announce_beyond_int64(known, table, out);
  unannounced_.clear();
  // A source that is not read in time takes all of its columns along, and brings them back: that is
  // no time to look for memory.
  left_.reserve(column_count_);
  activations_.reserve(column_count_);
}

void SampleEncoder::announce_rows(Announced& known, const table::Table& table,
                                  base::ByteWriter& out) {
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t column : unannounced_) {
    const std::uint32_t row = table.columns()[column].row;
    if (known.rows[row] != none) continue;
    known.rows[row] = known.row_count++;
    rows.push_back(row);
  }
  out.varint(rows.size());
  const std::size_t from_text = table.source().row_attributes.size();
  for (const std::uint32_t row : rows) {
    const table::Row& whole = table.rows()[row];
    write_row(out, whole.name, std::span(whole.attributes).first(from_text));
  }
}

/// Announces descriptions that have become known of devices announced before.
void SampleEncoder::announce_devices(std::uint32_t source, const table::Table& table,
                                     std::vector<std::byte>& records) {
  Announced& known = announced_[source];
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < known.rows.size(); ++row)
    if (known.rows[row] != none && !known.described[row] && !table.rows()[row].texts.empty())
      rows.push_back(row);
  if (rows.empty()) return;
  record_.clear();
  base::ByteWriter out(record_);
  out.byte(device_record);
  out.varint(source);
  out.varint(rows.size());
  for (const std::uint32_t row : rows) {
    known.described[row] = true;
    out.varint(known.rows[row]);
    write_device(out, table.rows()[row]);
  }
  append_record(record_, records);
}

void SampleEncoder::announce_beyond_int64(Announced& known, const table::Table& table,
                                          base::ByteWriter& out) {
  std::vector<std::uint32_t> beyond;
  const auto look = [&](std::uint32_t column) {
    if (!table.columns()[column].beyond_int64 || known.beyond_int64[column]) return;
    known.beyond_int64[column] = true;
    beyond.push_back(known.places[column]);
  };
  for (const std::uint32_t column : unannounced_) look(column);
  for (const std::uint32_t column : table.touched())
    if (known.places[column] != none) look(column);
  out.varint(beyond.size());
  for (const std::uint32_t place : beyond) out.varint(place);
}

void SampleEncoder::announce_error(std::size_t source, std::string_view error) {
  announced_[source].error = error;
  record_.clear();
  base::ByteWriter out(record_);
  out.byte(error_record);
  out.varint(source);
  out.string(error);
}

[[gnu::hot]] void SampleEncoder::find_changes(std::uint32_t source, const table::Table& table) {
  const std::int64_t* values = table.values().data();
  Followed* followed = announced_[source].columns.data();
  for (const std::uint32_t column : table.touched())
    look_at(followed[column], {source, column}, values[column]);
}

void SampleEncoder::look_at_all(std::uint32_t source, const table::Table& table) {
  Followed* followed = announced_[source].columns.data();
  for (std::uint32_t column = 0; column < table.values().size(); ++column)
    look_at(followed[column], {source, column}, table.values()[column]);
}

[[gnu::hot]] inline void SampleEncoder::look_at(Followed& followed, Place place,
                                                std::int64_t value) {
  if (followed.last == value) return;
  const std::uint32_t position = followed.active_position;
  if (value == missing_integer) {
    leave(followed);
  } else if (position == none) {
    begin_following(followed, place, value);
  } else {
    changed_[position / bits_per_word] |= bit_of(position);
    differences_[position] = base::wrapping_difference(value, followed.last);
  }
  followed.last = value;
}

void SampleEncoder::begin_following(Followed& followed, Place place, std::int64_t value) {
  if (followed.number == none)
    unannounced_.push_back(place.column);
  else
    activations_.push_back({place, base::wrapping_difference(value, followed.last)});
}

/// The last active column moves into the position that becomes free.
void SampleEncoder::leave(Followed& followed) {
  left_.push_back(followed.number);
  const std::uint32_t position = followed.active_position;
  if (position == none) return;
  followed.active_position = none;
  const std::size_t last = active_.size() - 1;
  const bool last_changed = (changed_[last / bits_per_word] & bit_of(last)) != 0;
  changed_[last / bits_per_word] &= ~bit_of(last);
  if (position != last) {
    active_[position] = active_[last];
    followed_at(active_[position]).active_position = position;
    differences_[position] = differences_[last];
    if (last_changed) changed_[position / bits_per_word] |= bit_of(position);
  }
  active_.pop_back();
  differences_.pop_back();
  changed_.resize((active_.size() + bits_per_word - 1) / bits_per_word);
}

void SampleEncoder::activate(const Activation& activation) {
  const std::size_t position = active_.size();
  followed_at(activation.place).active_position = static_cast<std::uint32_t>(position);
  active_.push_back(activation.place);
  differences_.push_back(activation.difference);
  changed_.resize((active_.size() + bits_per_word - 1) / bits_per_word);
  changed_[position / bits_per_word] |= bit_of(position);
}

[[gnu::hot]] std::span<const std::byte> SampleEncoder::write_sample(const SampleClock& clock) {
  const std::size_t most_bytes = most_clock_bytes +
                                 longest_varint * (left_.size() + activations_.size() + 2) +
                                 bytes_per_active * (active_.size() + activations_.size());
  if (sample_.size() < most_bytes) sample_.resize(most_bytes);
  base::PlacedWriter out(sample_.data());
  const bool skips = clock.tick != last_.tick + 1;
  out.byte(static_cast<std::uint8_t>(sample_record | (skips ? sample_skips_ticks : 0) |
                                     (activations_.empty() ? 0 : sample_activates) |
                                     (left_.empty() ? 0 : sample_leaves)));
  if (skips) out.signed_varint(clock.tick - last_.tick);
  // Wall clock minus monotonic clock hardly changes, and the monotonic time follows from the tick.
  const std::int64_t mono_ns = grid_.due(clock.tick).time_since_epoch().count() + clock.lateness_ns;
  const std::int64_t wall_minus_mono = base::wrapping_difference(clock.wall_ns, mono_ns);
  out.signed_varint(base::wrapping_difference(clock.lateness_ns, last_.lateness_ns));
  out.signed_varint(base::wrapping_difference(wall_minus_mono, last_wall_minus_mono_));
  out.signed_varint(base::wrapping_difference(clock.duration_ns, last_.duration_ns));
  if (!left_.empty()) {
    out.varint(left_.size());
    std::int64_t expected = 0;  // columns of one device are usually consecutive
    for (const std::int64_t number : left_) {
      out.signed_varint(number - expected);
      expected = number + 1;
    }
    left_.clear();
  }
  if (!activations_.empty()) {
    out.varint(activations_.size());
    for (const Activation& activation : activations_) {
      out.varint(followed_at(activation.place).number);
      activate(activation);
    }
    activations_.clear();
  }
  const std::size_t active = active_.size();
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
  base::ByteWriter(records).varint(record.size());
  records.insert(records.end(), record.begin(), record.end());
}

}  // namespace tscollect::stream
