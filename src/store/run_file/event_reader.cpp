#include "store/run_file/event_reader.hpp"

#include "store/hdf5/dataset_reader.hpp"
#include "store/run_file/layout.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace tscollect::store {

namespace {

/// Fills one member of every event from a list; the first list says how many events there are.
template <class Event>
class EventFiller {
 public:
  EventFiller(const Node& host, const char* dimension) : host_(host) {
    if (has_link(host, dimension)) events_.resize(read_list(host, dimension).size());
  }

  void fill(const char* name, std::int64_t Event::*member) {
    if (events_.empty()) return;
    const std::vector<std::int64_t> values = read_list(host_, name);
    check_length(host_, name, values.size(), events_.size());
    for (std::size_t i = 0; i < events_.size(); ++i) events_[i].*member = values[i];
  }

  void fill(const char* name, std::string Event::*member) {
    if (events_.empty()) return;
    std::vector<std::string> texts = read_strings(host_, name);
    check_length(host_, name, texts.size(), events_.size());
    for (std::size_t i = 0; i < events_.size(); ++i) events_[i].*member = std::move(texts[i]);
  }

  [[nodiscard]] std::vector<Event> take() { return std::move(events_); }

 private:
  const Node& host_;
  std::vector<Event> events_;
};

}  // namespace

std::vector<record::HostError> read_errors(const Node& host) {
  using record::HostError;
  EventFiller<HostError> events(host, layout::error_dimension);
  events.fill("error_source", &HostError::source);
  events.fill("error_message", &HostError::message);
  events.fill("error_time", &HostError::first_time_ns);
  events.fill("error_last_time", &HostError::last_time_ns);
  events.fill("error_first_row", &HostError::first_row);
  events.fill("error_last_row", &HostError::last_row);
  events.fill("error_count", &HostError::count);
  return events.take();
}

std::vector<record::TickGap> read_gaps(const Node& host) {
  using record::TickGap;
  EventFiller<TickGap> events(host, layout::gap_dimension);
  events.fill("gap_first_tick", &TickGap::first_tick);
  events.fill("gap_last_tick", &TickGap::last_tick);
  events.fill("gap_next_row", &TickGap::next_row);
  events.fill("gap_next_time", &TickGap::next_time_ns);
  return events.take();
}

std::vector<record::CounterReset> read_resets(const Node& host) {
  using record::CounterReset;
  EventFiller<CounterReset> events(host, layout::reset_dimension);
  events.fill("reset_time", &CounterReset::time_ns);
  events.fill("reset_row", &CounterReset::row);
  events.fill("reset_source", &CounterReset::source);
  events.fill("reset_device", &CounterReset::device);
  events.fill("reset_fields", &CounterReset::fields);
  return events.take();
}

}  // namespace tscollect::store
