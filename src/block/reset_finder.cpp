#include "block/reset_finder.hpp"

#include "block/counter_rise.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace tscollect::block {

namespace {

bool may_fall(const table::Source& source, std::string_view field) {
  return std::ranges::find(source.counters_that_fall, field) != source.counters_that_fall.end();
}

}  // namespace

void ResetFinder::look(const stream::SampleDecoder& decoder, HostBlock& block) {
  const std::vector<std::int64_t>& values = decoder.values();
  last_.resize(values.size(), missing_integer);
  fallen_.clear();
  for (const std::uint32_t place : decoder.changed()) {
    std::int64_t& last = last_[place];
    const std::int64_t now = values[place];
    if (now == missing_integer || now == last) continue;
    const auto [source, column] = decoder.owners()[place];
    const stream::StreamSource& stream = decoder.sources()[source];
    const FieldDescription& field = stream.fields[stream.columns[column].field];
    if (field.kind != Kind::counter || field.type == ValueType::real) continue;
    if (last != missing_integer && !counter_rise(last, now, field.width_bits) &&
        !may_fall(*recorded_[source], field.name))
      fallen_.emplace_back(source, column);
    last = now;
  }
  // Groups the fields of one device, in their order.
  std::ranges::sort(fallen_);
  const std::int64_t row = decoder.samples() - 1;
  for (const auto& [source, column] : fallen_) {
    const stream::StreamSource& stream = decoder.sources()[source];
    note(decoder, {row, source, stream.columns[column].row},
         stream.fields[stream.columns[column].field], block);
  }
}

void ResetFinder::note(const stream::SampleDecoder& decoder, Place place,
                       const FieldDescription& field, HostBlock& block) {
  const bool same_device = place == last_place_;
  last_place_ = place;
  if (!same_device) {
    ++block.summary.reset_count;
    if (block.resets.size() >= most_resets) return;
    const SourceDescription& description = recorded_[place.source]->description;
    const bool flat = description.row_dimension.empty();
    block.resets.push_back(
        {place.row, decoder.clock().wall_ns, std::string(description.name),
         flat ? std::string() : decoder.sources()[place.source].rows[place.device].name,
         field.name});
  } else if (block.summary.reset_count == static_cast<std::int64_t>(block.resets.size())) {
    block.resets.back().fields += ' ' + field.name;
  }
}

}  // namespace tscollect::block
