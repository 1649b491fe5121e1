#pragma once

#include "block/host_block.hpp"
#include "store/run_file/layout.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <variant>

namespace tscollect::store {

/// A list along the events of one kind, and the member that it holds.
template <class Event>
struct EventList {
  const char* name;
  std::variant<std::int64_t Event::*, std::string Event::*> member;
};

// The lists of each kind of event, for those who write, read and check them.

inline constexpr std::array<EventList<record::HostError>, 7> error_lists = {{
    {"error_time", &record::HostError::first_time_ns},
    {"error_last_time", &record::HostError::last_time_ns},
    {"error_first_row", &record::HostError::first_row},
    {"error_last_row", &record::HostError::last_row},
    {"error_count", &record::HostError::count},
    {"error_source", &record::HostError::source},
    {"error_message", &record::HostError::message},
}};

inline constexpr std::array<EventList<record::TickGap>, 4> gap_lists = {{
    {"gap_first_tick", &record::TickGap::first_tick},
    {"gap_last_tick", &record::TickGap::last_tick},
    {"gap_next_row", &record::TickGap::next_row},
    {"gap_next_time", &record::TickGap::next_time_ns},
}};

inline constexpr std::array<EventList<record::CounterReset>, 5> reset_lists = {{
    {"reset_time", &record::CounterReset::time_ns},
    {"reset_row", &record::CounterReset::row},
    {"reset_source", &record::CounterReset::source},
    {"reset_device", &record::CounterReset::device},
    {"reset_fields", &record::CounterReset::fields},
}};

/// Calls `visit(dimension, lists)` for each kind.
void for_each_event_kind(auto&& visit) {
  visit(layout::error_dimension, error_lists);
  visit(layout::gap_dimension, gap_lists);
  visit(layout::reset_dimension, reset_lists);
}

}  // namespace tscollect::store
