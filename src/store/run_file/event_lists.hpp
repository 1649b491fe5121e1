#pragma once

#include "block/host_block.hpp"
#include "store/run_file/layout.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <variant>

namespace tscollect::store {

/// A list along the events of one kind, and the member of the event that it stores.
template <class Event>
struct EventList {
  const char* name;
  std::variant<std::int64_t Event::*, std::string Event::*> member;
};

// The lists of each kind of event, used to write, read and check them.

inline constexpr std::array<EventList<block::HostError>, 7> error_lists = {{
    {"error_time", &block::HostError::first_time_ns},
    {"error_last_time", &block::HostError::last_time_ns},
    {"error_first_row", &block::HostError::first_row},
    {"error_last_row", &block::HostError::last_row},
    {"error_count", &block::HostError::count},
    {"error_source", &block::HostError::source},
    {"error_message", &block::HostError::message},
}};

inline constexpr std::array<EventList<block::TickGap>, 4> gap_lists = {{
    {"gap_first_tick", &block::TickGap::first_tick},
    {"gap_last_tick", &block::TickGap::last_tick},
    {"gap_next_row", &block::TickGap::next_row},
    {"gap_next_time", &block::TickGap::next_time_ns},
}};

inline constexpr std::array<EventList<block::CounterReset>, 5> reset_lists = {{
    {"reset_time", &block::CounterReset::time_ns},
    {"reset_row", &block::CounterReset::row},
    {"reset_source", &block::CounterReset::source},
    {"reset_device", &block::CounterReset::device},
    {"reset_fields", &block::CounterReset::fields},
}};

/// Calls `visit(dimension, lists)` for each kind.
void for_each_event_kind(auto&& visit) {
  visit(layout::error_dimension, error_lists);
  visit(layout::gap_dimension, gap_lists);
  visit(layout::reset_dimension, reset_lists);
}

}  // namespace tscollect::store
