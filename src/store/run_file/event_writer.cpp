#include "store/run_file/event_writer.hpp"

#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/run_file/event_lists.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::store {

namespace {

template <class Event, std::size_t Count>
void write_lists(const ObjectRef& host, const char* dimension,
                 const std::array<EventList<Event>, Count>& lists, const std::vector<Event>& events,
                 StringPool& strings) {
  if (events.empty()) return;
  std::vector<std::int64_t> numbers(events.size());
  std::iota(numbers.begin(), numbers.end(), 0);
  {
    const DatasetHandle scale = write_list(host, dimension, numbers);
    write_scale_mark({scale.get(), host.file, host.path}, dimension);
  }
  const hobj_ref_t scale = reference_to(host, dimension);
  for (const auto& [name, member] : lists) {
    std::vector<std::string> texts;
    if (const auto* integer = std::get_if<std::int64_t Event::*>(&member))
      std::ranges::transform(events, numbers.begin(), *integer);
    else
      std::ranges::transform(events, std::back_inserter(texts),
                             std::get<std::string Event::*>(member));
    const DatasetHandle dataset =
        texts.empty() ? write_list(host, name, numbers) : strings.write(host, name, texts);
    const ObjectRef node{dataset.get(), host.file, host.path};
    write_dimensions(node, {{scale}});
    if (std::string_view(name).ends_with("time")) write_text(node, "units", layout::time_units);
  }
}

}  // namespace

void write_events(const ObjectRef& host, const block::HostBlock& block, StringPool& strings) {
  write_lists(host, layout::error_dimension, error_lists, block.errors, strings);
  write_lists(host, layout::gap_dimension, gap_lists, block.gaps, strings);
  write_lists(host, layout::reset_dimension, reset_lists, block.resets, strings);
}

}  // namespace tscollect::store
