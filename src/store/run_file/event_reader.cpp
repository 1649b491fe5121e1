#include "store/run_file/event_reader.hpp"

#include "store/hdf5/dataset_reader.hpp"
#include "store/run_file/event_lists.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace tscollect::store {

namespace {

/// The length of the first list is the number of events.
template <class Event, std::size_t Count>
std::vector<Event> read_lists(const ObjectRef& host, const char* dimension,
                              const std::array<EventList<Event>, Count>& lists) {
  if (!has_link(host, dimension)) return {};
  std::vector<Event> events(read_list(host, dimension).size());
  const auto fill = [&](const char* name, auto&& values, auto member) {
    check_length(host, name, values.size(), events.size());
    for (std::size_t i = 0; i < events.size(); ++i) events[i].*member = std::move(values[i]);
  };
  for (const auto& [name, member] : lists) {
    if (const auto* integer = std::get_if<std::int64_t Event::*>(&member))
      fill(name, read_list(host, name), *integer);
    else
      fill(name, read_strings(host, name), std::get<std::string Event::*>(member));
  }
  return events;
}

}  // namespace

std::vector<block::HostError> read_errors(const ObjectRef& host) {
  return read_lists(host, layout::error_dimension, error_lists);
}

std::vector<block::TickGap> read_gaps(const ObjectRef& host) {
  return read_lists(host, layout::gap_dimension, gap_lists);
}

std::vector<block::CounterReset> read_resets(const ObjectRef& host) {
  return read_lists(host, layout::reset_dimension, reset_lists);
}

}  // namespace tscollect::store
