#include "block/presence.hpp"

#include "stream/record_kind.hpp"

#include <utility>

namespace tscollect::block {

void Presence::follow(std::span<const std::byte> record, const stream::SampleDecoder& decoder) {
  if (decoder.failed() || record.empty()) return;
  const auto head = std::to_integer<std::uint8_t>(record.front());
  if (head == stream::restart_record) return forget(decoder.samples());
  if ((head & stream::sample_record) == 0) return;
  const std::vector<std::int64_t>& values = decoder.values();
  there_.resize(values.size());
  const std::int64_t sample = decoder.samples() - 1;
  for (const std::uint32_t place : decoder.changed()) {
    const bool is_there = values[place] != missing_integer;
    if (there_[place] == is_there) continue;
    there_[place] = is_there;
    const auto [source, column] = decoder.owners()[place];
    const std::uint32_t number = decoder.sources()[source].columns[column].row;
    if (rows_[source].size() <= number) rows_[source].resize(std::size_t{number} + 1);
    Row& row = rows_[source][number];
    if (!is_there) {
      if (--row.values == 0) row.seen.end = sample;
      continue;
    }
    if (++row.values == 1 && !row.ever) row.seen.begin = sample;
    row.ever = true;
  }
}

/// After a restart, present devices are announced again; devices that are not have left.
void Presence::forget(std::int64_t samples) {
  there_.assign(there_.size(), false);
  for (std::vector<Row>& rows : rows_)
    for (Row& row : rows)
      if (std::exchange(row.values, 0) > 0) row.seen.end = samples;
}

SampleRange Presence::of(std::size_t source, std::size_t row, std::int64_t samples) const {
  if (row >= rows_[source].size()) return {};
  const Row& found = rows_[source][row];
  return {found.seen.begin, found.values > 0 ? samples : found.seen.end};
}

}  // namespace tscollect::block
