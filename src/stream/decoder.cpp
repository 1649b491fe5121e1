#include "stream/layout_bytes.hpp"
#include "stream/record_kind.hpp"
#include "stream/sample_stream.hpp"

#include <utility>

namespace tscollect::record {

namespace {

/// The next field or device of a source: new, or after a restart the one that stands there.
template <class T>
void announce_next(T announced, std::vector<T>& known, std::size_t& count, ByteReader& in) {
  if (count == known.size())
    known.push_back(std::move(announced));
  else if (known[count].name != announced.name)
    in.fail();
  ++count;
}

}  // namespace

SampleDecoder::SampleDecoder(TickGrid grid, std::size_t source_count)
    : grid_(grid), sources_(source_count), announced_(source_count) {
  clock_.tick = -1;
}

bool SampleDecoder::take(std::span<const std::byte> record) {
  if (failed_) return false;
  ByteReader in(record);
  const std::uint8_t head = in.byte();
  bool is_sample = false;
  if ((head & sample_record) != 0) {
    take_sample(in, head);
    is_sample = true;
  } else if (head == layout_record) {
    take_layout(in);
  } else if (head == error_record) {
    take_error(in);
  } else if (head == restart_record) {
    take_restart();
  } else {
    in.fail();
  }
  failed_ = !in.ok() || !in.at_end();
  if (is_sample && !failed_) ++samples_;
  return is_sample && !failed_;
}

/// What has been known before keeps its number, so that columns run on through the restart.
void SampleDecoder::take_restart() {
  announced_.assign(announced_.size(), {});
  values_.assign(values_.size(), missing_integer);
  numbers_.clear();
  active_.clear();
  is_active_.clear();
  for (StreamSource& source : sources_) source.error.clear();
  clock_ = {};
  clock_.tick = -1;
  wall_minus_mono_ = 0;
}

void SampleDecoder::take_layout(ByteReader& in) {
  const std::uint64_t which = in.varint();
  if (which >= sources_.size()) return in.fail();
  StreamSource& source = sources_[static_cast<std::size_t>(which)];
  Announced& announced = announced_[static_cast<std::size_t>(which)];
  for (std::size_t left = in.count(least_field_bytes); left > 0 && in.ok(); --left)
    announce_next(read_field(in), source.fields, announced.fields, in);
  for (std::size_t left = in.count(least_row_bytes); left > 0 && in.ok(); --left)
    announce_next(read_row(in), source.rows, announced.rows, in);
  take_columns(in, source, announced.columns);
  for (std::size_t left = in.count(1); left > 0 && in.ok(); --left) {
    const std::uint64_t column = in.varint();
    if (column >= source.columns.size()) return in.fail();
    source.columns[static_cast<std::size_t>(column)].beyond_int64 = true;
  }
}

void SampleDecoder::take_columns(ByteReader& in, StreamSource& source, std::size_t& announced) {
  for (std::size_t left = in.count(least_column_bytes); left > 0 && in.ok(); --left) {
    const std::uint64_t row = in.varint();
    const std::uint64_t field = in.varint();
    const std::int64_t value = in.signed_varint();
    if (row >= source.rows.size() || field >= source.fields.size()) return in.fail();
    if (announced < source.columns.size()) {
      const sources::Column& known = source.columns[announced];
      if (known.row != row || known.field != field) return in.fail();
    } else {
      source.columns.push_back(
          {static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(field), false});
      source.global.push_back(static_cast<std::uint32_t>(values_.size()));
      values_.push_back(missing_integer);
    }
    const std::uint32_t place = source.global[announced++];
    values_[place] = value;
    numbers_.push_back(place);
    is_active_.push_back(false);
  }
}

void SampleDecoder::take_error(ByteReader& in) {
  const std::uint64_t which = in.varint();
  if (which >= sources_.size()) return in.fail();
  sources_[static_cast<std::size_t>(which)].error = in.string();
}

void SampleDecoder::take_sample(ByteReader& in, std::uint8_t head) {
  clock_.tick =
      wrapping_sum(clock_.tick, (head & sample_skips_ticks) != 0 ? in.signed_varint() : 1);
  clock_.lateness_ns = wrapping_sum(clock_.lateness_ns, in.signed_varint());
  wall_minus_mono_ = wrapping_sum(wall_minus_mono_, in.signed_varint());
  clock_.duration_ns = wrapping_sum(clock_.duration_ns, in.signed_varint());
  const auto due =
      static_cast<std::uint64_t>(grid_.zero.time_since_epoch().count()) +
      static_cast<std::uint64_t>(clock_.tick) * static_cast<std::uint64_t>(grid_.interval.count());
  clock_.wall_ns = wrapping_sum(wrapping_sum(static_cast<std::int64_t>(due), clock_.lateness_ns),
                                wall_minus_mono_);
  if ((head & sample_activates) != 0) {
    for (std::size_t left = in.count(1); left > 0 && in.ok(); --left) {
      const std::uint64_t column = in.varint();
      if (column >= numbers_.size() || is_active_[static_cast<std::size_t>(column)])
        return in.fail();
      is_active_[static_cast<std::size_t>(column)] = true;
      active_.push_back(numbers_[static_cast<std::size_t>(column)]);
    }
  }
  const auto bitmap = in.take((active_.size() + 7) / 8);
  for (std::size_t position = 0; position < active_.size() && in.ok(); ++position) {
    if ((std::to_integer<unsigned>(bitmap[position / 8]) >> (position % 8) & 1U) == 0) continue;
    std::int64_t& value = values_[active_[position]];
    value = wrapping_sum(value, in.signed_varint());
  }
}

}  // namespace tscollect::record
