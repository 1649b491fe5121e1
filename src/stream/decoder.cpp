#include "stream/layout_bytes.hpp"
#include "stream/record_kind.hpp"
#include "stream/sample_stream.hpp"

#include <optional>
#include <utility>

namespace tscollect::stream {

namespace {

constexpr std::uint64_t cell_key(std::uint32_t row, std::uint32_t field) noexcept {
  return std::uint64_t{row} << 32 | field;
}

}  // namespace

SampleDecoder::SampleDecoder(TickSchedule grid, std::size_t source_count)
    : grid_(grid), sources_(source_count), announced_(source_count) {
  clock_.tick = -1;
}

bool SampleDecoder::take(std::span<const std::byte> record) {
  if (failed_) return false;
  if (std::exchange(sample_taken_, false)) changed_.clear();
  base::ByteReader in(record);
  const std::uint8_t head = in.byte();
  bool is_sample = false;
  if ((head & sample_record) != 0) {
    take_sample(in, head);
    is_sample = true;
  } else if (head == layout_record) {
    take_layout(in);
  } else if (head == device_record) {
    take_devices(in);
  } else if (head == error_record) {
    take_error(in);
  } else if (head == restart_record) {
    take_restart();
  } else {
    in.fail();
  }
  failed_ = !in.ok() || !in.at_end();
  sample_taken_ = is_sample && !failed_;
  if (sample_taken_) ++samples_;
  return sample_taken_;
}

/// Rows and columns that are known keep their places, so that columns continue through the restart.
void SampleDecoder::take_restart() {
  if (index_.empty()) make_index();
  announced_.assign(announced_.size(), {});
  values_.assign(values_.size(), missing_integer);
  changed_.clear();
  numbers_.clear();
  positions_.clear();
  active_.clear();
  for (StreamSource& source : sources_) source.error.clear();
  clock_ = {};
  clock_.tick = -1;
  wall_minus_mono_ = 0;
}

/// Built at the first restart: most streams have none.
void SampleDecoder::make_index() {
  index_.resize(sources_.size());
  for (std::size_t which = 0; which < sources_.size(); ++which) {
    const StreamSource& source = sources_[which];
    for (std::uint32_t row = 0; row < source.rows.size(); ++row)
      index_[which].rows.add(source.rows[row].name, row);
    for (std::uint32_t column = 0; column < source.columns.size(); ++column)
      index_[which].columns.emplace(
          cell_key(source.columns[column].row, source.columns[column].field), column);
  }
}

void SampleDecoder::take_layout(base::ByteReader& in) {
  const std::uint64_t number = in.varint();
  if (number >= sources_.size()) return in.fail();
  const auto which = static_cast<std::uint32_t>(number);
  StreamSource& source = sources_[which];
  Announced& announced = announced_[which];
  for (std::size_t left = in.count(least_field_bytes); left > 0 && in.ok(); --left)
    take_field(read_field(in), source, announced, in);
  for (std::size_t left = in.count(least_row_bytes); left > 0 && in.ok(); --left)
    take_row(read_row(in), which);
  take_columns(in, which);
  for (std::size_t left = in.count(1); left > 0 && in.ok(); --left) {
    const std::uint64_t column = in.varint();
    if (column >= announced.columns.size()) return in.fail();
    source.columns[announced.columns[static_cast<std::size_t>(column)]].beyond_int64 = true;
  }
}

/// The next field of a source: new, or known from before a restart.
void SampleDecoder::take_field(FieldDescription field, StreamSource& source, Announced& announced,
                               base::ByteReader& in) {
  if (announced.fields == source.fields.size())
    source.fields.push_back(std::move(field));
  else if (source.fields[announced.fields].name != field.name)
    in.fail();
  ++announced.fields;
}

/// A device: new, or known from before a restart.
void SampleDecoder::take_row(table::Row row, std::size_t which) {
  StreamSource& source = sources_[which];
  const auto known = index_.empty() ? std::nullopt : index_[which].rows.find(row.name);
  const auto place = known.value_or(static_cast<std::uint32_t>(source.rows.size()));
  announced_[which].rows.push_back(place);
  if (known) return;
  if (!index_.empty()) index_[which].rows.add(row.name, place);
  source.rows.push_back(std::move(row));
}

void SampleDecoder::take_devices(base::ByteReader& in) {
  const std::uint64_t which = in.varint();
  if (which >= sources_.size()) return in.fail();
  StreamSource& source = sources_[static_cast<std::size_t>(which)];
  const std::vector<std::uint32_t>& rows = announced_[static_cast<std::size_t>(which)].rows;
  for (std::size_t left = in.count(least_device_bytes); left > 0 && in.ok(); --left) {
    const std::uint64_t row = in.varint();
    if (row >= rows.size()) return in.fail();
    read_device(in, source.rows[rows[static_cast<std::size_t>(row)]]);
  }
}

void SampleDecoder::take_columns(base::ByteReader& in, std::uint32_t which) {
  Announced& announced = announced_[which];
  for (std::size_t left = in.count(least_column_bytes); left > 0 && in.ok(); --left) {
    const std::uint64_t row = in.varint();
    const std::uint64_t field = in.varint();
    const std::int64_t value = in.signed_varint();
    if (row >= announced.rows.size() || field >= announced.fields) return in.fail();
    const std::uint32_t column = find_or_add_column(
        which,
        {announced.rows[static_cast<std::size_t>(row)], static_cast<std::uint32_t>(field), false});
    announced.columns.push_back(column);
    const std::uint32_t place = sources_[which].global[column];
    values_[place] = value;
    changed_.push_back(place);
    numbers_.push_back(place);
    positions_.push_back(inactive);
  }
}

std::uint32_t SampleDecoder::find_or_add_column(std::uint32_t which, table::TableColumn column) {
  StreamSource& source = sources_[which];
  const auto next = static_cast<std::uint32_t>(source.columns.size());
  if (!index_.empty()) {
    const auto [known, added] =
        index_[which].columns.emplace(cell_key(column.row, column.field), next);
    if (!added) return known->second;
  }
  source.columns.push_back(column);
  source.global.push_back(static_cast<std::uint32_t>(values_.size()));
  values_.push_back(missing_integer);
  owners_.push_back({which, next});
  return next;
}

void SampleDecoder::take_error(base::ByteReader& in) {
  const std::uint64_t which = in.varint();
  if (which >= sources_.size()) return in.fail();
  sources_[static_cast<std::size_t>(which)].error = in.string();
}

void SampleDecoder::take_sample(base::ByteReader& in, std::uint8_t head) {
  take_clock(in, head);
  if ((head & sample_leaves) != 0) take_leaving(in);
  if ((head & sample_activates) != 0) take_activations(in);
  const auto bitmap = in.take((active_.size() + 7) / 8);
  for (std::size_t position = 0; position < active_.size() && in.ok(); ++position) {
    if ((std::to_integer<unsigned>(bitmap[position / 8]) >> (position % 8) & 1U) == 0) continue;
    const std::uint32_t place = active_[position].place;
    values_[place] = base::wrapping_sum(values_[place], in.signed_varint());
    changed_.push_back(place);
  }
}

void SampleDecoder::take_clock(base::ByteReader& in, std::uint8_t head) {
  clock_.tick =
      base::wrapping_sum(clock_.tick, (head & sample_skips_ticks) != 0 ? in.signed_varint() : 1);
  clock_.lateness_ns = base::wrapping_sum(clock_.lateness_ns, in.signed_varint());
  wall_minus_mono_ = base::wrapping_sum(wall_minus_mono_, in.signed_varint());
  clock_.duration_ns = base::wrapping_sum(clock_.duration_ns, in.signed_varint());
  const auto due =
      static_cast<std::uint64_t>(grid_.zero.time_since_epoch().count()) +
      static_cast<std::uint64_t>(clock_.tick) * static_cast<std::uint64_t>(grid_.interval.count());
  clock_.wall_ns = base::wrapping_sum(
      base::wrapping_sum(static_cast<std::int64_t>(due), clock_.lateness_ns), wall_minus_mono_);
}

/// The last active column moves into each position that becomes free.
void SampleDecoder::take_leaving(base::ByteReader& in) {
  std::int64_t expected = 0;
  for (std::size_t left = in.count(1); left > 0 && in.ok(); --left) {
    const std::int64_t number = base::wrapping_sum(expected, in.signed_varint());
    if (number < 0 || static_cast<std::uint64_t>(number) >= numbers_.size()) return in.fail();
    expected = number + 1;
    const auto leaving = static_cast<std::size_t>(number);
    values_[numbers_[leaving]] = missing_integer;
    changed_.push_back(numbers_[leaving]);
    const std::uint32_t position = std::exchange(positions_[leaving], inactive);
    if (position == inactive) continue;
    const Active moved = active_.back();
    active_.pop_back();
    if (position == active_.size()) continue;
    active_[position] = moved;
    positions_[moved.number] = position;
  }
}

void SampleDecoder::take_activations(base::ByteReader& in) {
  for (std::size_t left = in.count(1); left > 0 && in.ok(); --left) {
    const std::uint64_t number = in.varint();
    if (number >= numbers_.size() || positions_[static_cast<std::size_t>(number)] != inactive)
      return in.fail();
    positions_[static_cast<std::size_t>(number)] = static_cast<std::uint32_t>(active_.size());
    active_.push_back(
        {numbers_[static_cast<std::size_t>(number)], static_cast<std::uint32_t>(number)});
  }
}

}  // namespace tscollect::stream
