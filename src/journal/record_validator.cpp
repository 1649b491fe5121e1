#include "journal/record_validator.hpp"

#include "journal/crc24.hpp"
#include "stream/layout_bytes.hpp"
#include "stream/record_kind.hpp"
#include "base/text/printable.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace tscollect::journal {

namespace {

// The file's arrays have a cell for every pair of row and field. A layout may have gaps (partitions
// of old kernels have fewer statistics, and a damaged line may have one good value), but their
// number is limited.
constexpr std::uint64_t cells_per_column = 64;
constexpr std::uint64_t free_cells = std::uint64_t{1} << 16;

constexpr std::int64_t last_sensible_tick = std::numeric_limits<std::int64_t>::max() / 2;

bool is_clean(const std::string& text) { return base::is_plain(text); }

constexpr std::size_t longest_text_bytes = 8192;

/// Whether the row is either undescribed or completely described. Journals before version 3 always
/// had only the first attribute (is_partition).
bool fits(const table::Source& source, const table::Row& row) {
  const std::size_t from_text = source.row_attributes.size();
  const std::size_t facts = source.number_facts.size();
  const std::size_t found = row.attributes.size();
  if (!row.texts.empty())
    return found == from_text + facts && row.texts.size() == source.text_facts.size() &&
           std::ranges::all_of(row.texts, [](const std::string& text) {
             return text.size() <= longest_text_bytes && is_clean(text);
           });
  return found == from_text || (facts > 0 && found == from_text + 1);
}

}  // namespace

RecordValidator::RecordValidator(stream::TickSchedule grid,
                                 std::vector<const table::Source*> recorded, std::uint64_t begin)
    : decoder_(grid, recorded.size()),
      recorded_(std::move(recorded)),
      seen_(recorded_.size()),
      position_(begin),
      good_end_(begin) {}

bool RecordValidator::take(std::span<const std::byte> record, std::uint64_t position) {
  if (continues_) return refuse("a record after the end of a part");
  if (is_continued_mark(record)) {
    continues_ = true;
    position_ = position;
    good_end_ = position;
    return true;
  }
  // Only one restart per part is accepted: each costs time proportional to the number of columns.
  if (!record.empty() && std::to_integer<std::uint8_t>(record.front()) == stream::restart_record &&
      std::exchange(begun_, true))
    return refuse("a restart within a part");
  begun_ = true;
  const bool is_sample = decoder_.take(record);
  if (decoder_.failed()) return refuse("a malformed record");
  pending_bytes_ += static_cast<std::int64_t>(position - position_ - check_bytes);
  position_ = position;
  if (!is_sample) {
    // Layout and device records begin with their source; other records do not change the layouts.
    base::ByteReader in(record);
    const std::uint8_t head = in.byte();
    if (head != stream::layout_record && head != stream::device_record) return true;
    const auto source = static_cast<std::size_t>(in.varint());
    return head == stream::layout_record ? check_layout(source) : check_devices(in, source);
  }
  if (decoder_.clock().tick <= last_tick_ || decoder_.clock().tick > last_sensible_tick)
    return refuse("a tick that does not follow the one before");
  last_tick_ = decoder_.clock().tick;
  if (samples_ == 0) first_tick_ = last_tick_;
  ++samples_;
  stored_bytes_ += std::exchange(pending_bytes_, 0);
  good_end_ = position;
  return true;
}

bool RecordValidator::check_layout(std::size_t index) {
  const stream::StreamSource& stream = decoder_.sources()[index];
  const table::Source& source = *recorded_[index];
  Seen& seen = seen_[index];
  for (; seen.fields < stream.fields.size(); ++seen.fields) {
    const FieldDescription& field = stream.fields[seen.fields];
    if (!is_clean(field.name) || !is_clean(field.unit)) return refuse("a name that is not text");
    if (field.type == ValueType::real && source.description.value_type != ValueType::real)
      return refuse("a field of a wrong type");
  }
  const bool flat = source.description.row_dimension.empty();
  for (; seen.rows < stream.rows.size(); ++seen.rows) {
    const table::Row& row = stream.rows[seen.rows];
    if (!is_clean(row.name)) return refuse("a name that is not text");
    if (flat ? !row.attributes.empty() || seen.rows > 0 : !fits(source, row))
      return refuse("a device that does not fit its source");
  }
  if (stream.rows.size() * stream.fields.size() >
      free_cells + cells_per_column * stream.columns.size())
    return refuse("a layout that is mostly gaps");
  return true;
}

bool RecordValidator::check_devices(base::ByteReader in, std::size_t index) {
  for (std::size_t left = in.count(stream::least_device_bytes); left > 0 && in.ok(); --left) {
    table::Row row;
    static_cast<void>(in.varint());  // its number, which the decoder has checked
    stream::read_device(in, row);
    if (row.texts.empty() || !fits(*recorded_[index], row))
      return refuse("a device that does not fit its source");
  }
  return true;
}

bool RecordValidator::refuse(const char* error) {
  error_ = error;
  return false;
}

}  // namespace tscollect::journal
