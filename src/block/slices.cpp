#include "block/slices.hpp"

#include <algorithm>

namespace tscollect::block {

namespace {

/// Uncompressed bytes of the slices filled at the same time: the memory of a block besides its
/// records and finished chunks. Each pass decodes all records again, so with many devices the
/// passes become larger, up to a fixed bound.
constexpr std::size_t least_pass_bytes = std::size_t{4} << 20;
constexpr std::size_t most_pass_bytes = std::size_t{48} << 20;
constexpr std::size_t enough_passes = 8;

}  // namespace

Slices::Slices(const HostSource& host, const stream::StreamSource& stream,
               const std::vector<SampleRange>& present)
    : host_(host),
      chunk_samples_(host.values.chunk_shape.front()),
      width_(host.values.chunk_shape.back()),
      across_((host.fields.size() + width_ - 1) / width_),
      cells_(stream.rows.size() * host.fields.size(), SliceWriter::no_column) {
  for (std::size_t i = 0; i < stream.columns.size(); ++i)
    cells_[stream.columns[i].row * host.fields.size() + stream.columns[i].field] = stream.global[i];
  for (std::size_t row = 0; row < present.size(); ++row)
    for (std::size_t i = 0; i < across_ && !present[row].is_empty(); ++i)
      parts_.push_back({row * across_ + i, present[row]});
  std::ranges::stable_sort(parts_, {}, [](const SlicePart& part) { return part.present.begin; });
}

std::size_t Slices::most_at_once() const {
  const std::size_t bytes_each = chunk_samples_ * width_ * sizeof(std::int64_t);
  const std::size_t pass_bytes =
      std::clamp(parts_.size() * bytes_each / enough_passes, least_pass_bytes, most_pass_bytes);
  return std::max<std::size_t>(1, pass_bytes / bytes_each);
}

std::vector<std::vector<SlicePart>> Slices::passes() const {
  std::vector<std::vector<SlicePart>> passes;
  const std::size_t most = most_at_once();
  std::vector<std::size_t> filled;  // in this pass, by chunk along time
  for (const SlicePart& part : parts_) {
    const auto first = static_cast<std::size_t>(part.present.begin) / chunk_samples_;
    const auto last = static_cast<std::size_t>(part.present.end - 1) / chunk_samples_;
    if (filled.size() <= last) filled.resize(last + 1);
    // Parts are in the order of their begin: if this one does not fit, no later one does.
    const auto from = filled.begin() + static_cast<std::ptrdiff_t>(first);
    const auto to = filled.begin() + static_cast<std::ptrdiff_t>(last) + 1;
    if (passes.empty() || *std::max_element(from, to) == most) {
      passes.emplace_back();
      std::ranges::fill(filled, 0U);
    }
    std::for_each(from, to, [](std::size_t& count) { ++count; });
    passes.back().push_back(part);
  }
  return passes;
}

SliceWriter Slices::writer(const SlicePart& part) const {
  const std::size_t fields = host_.fields.size();
  const std::uint64_t row = part.number / across_;
  const std::uint64_t first = part.number % across_ * width_;
  std::vector<std::uint32_t> columns;
  std::vector<bool> holds_reals;
  for (std::uint64_t field = first; field < std::min<std::uint64_t>(fields, first + width_);
       ++field) {
    columns.push_back(cells_[row * fields + field]);
    holds_reals.push_back(host_.fields[field].type == ValueType::real);
  }
  return {host_.values, Slice{row, first, part.present}, std::move(columns),
          std::move(holds_reals)};
}

}  // namespace tscollect::block
