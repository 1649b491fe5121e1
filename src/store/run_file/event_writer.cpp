#include "store/run_file/event_writer.hpp"

#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/run_file/layout.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::store {

namespace {

/// Events of one kind, in lists along a dimension of their own.
template <class Event>
class EventLists {
 public:
  EventLists(const Node& host, const char* dimension, const std::vector<Event>& events)
      : host_(host), events_(events) {
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 0; i < events.size(); ++i) numbers.push_back(static_cast<std::int64_t>(i));
    {
      const DatasetHandle scale = write_list(host, dimension, numbers);
      write_scale_mark({scale.get(), host.file, host.path}, dimension);
    }
    scale_ = reference_to(host, dimension);
  }

  void write(const char* name, std::int64_t Event::*member) const {
    std::vector<std::int64_t> values;
    for (const Event& event : events_) values.push_back(event.*member);
    const DatasetHandle dataset = write_list(host_, name, values);
    const Node node{dataset.get(), host_.file, host_.path};
    write_dimensions(node, {{scale_}});
    if (std::string_view(name).ends_with("time")) write_text(node, "units", layout::time_units);
  }

  void write(const char* name, std::string Event::*member, StringPool& strings) const {
    std::vector<std::string> texts;
    for (const Event& event : events_) texts.push_back(event.*member);
    const DatasetHandle dataset = strings.write(host_, name, texts);
    write_dimensions({dataset.get(), host_.file, host_.path}, {{scale_}});
  }

 private:
  const Node& host_;
  const std::vector<Event>& events_;
  hobj_ref_t scale_ = 0;
};

void write_errors(const Node& host, const std::vector<record::HostError>& errors,
                  StringPool& strings) {
  using record::HostError;
  const EventLists lists(host, layout::error_dimension, errors);
  lists.write("error_time", &HostError::first_time_ns);
  lists.write("error_last_time", &HostError::last_time_ns);
  lists.write("error_first_row", &HostError::first_row);
  lists.write("error_last_row", &HostError::last_row);
  lists.write("error_count", &HostError::count);
  lists.write("error_source", &HostError::source, strings);
  lists.write("error_message", &HostError::message, strings);
}

void write_gaps(const Node& host, const std::vector<record::TickGap>& gaps) {
  using record::TickGap;
  const EventLists lists(host, layout::gap_dimension, gaps);
  lists.write("gap_first_tick", &TickGap::first_tick);
  lists.write("gap_last_tick", &TickGap::last_tick);
  lists.write("gap_next_row", &TickGap::next_row);
  lists.write("gap_next_time", &TickGap::next_time_ns);
}

void write_resets(const Node& host, const std::vector<record::CounterReset>& resets,
                  StringPool& strings) {
  using record::CounterReset;
  const EventLists lists(host, layout::reset_dimension, resets);
  lists.write("reset_time", &CounterReset::time_ns);
  lists.write("reset_row", &CounterReset::row);
  lists.write("reset_source", &CounterReset::source, strings);
  lists.write("reset_device", &CounterReset::device, strings);
  lists.write("reset_fields", &CounterReset::fields, strings);
}

}  // namespace

void write_events(const Node& host, const record::HostBlock& block, StringPool& strings) {
  if (!block.errors.empty()) write_errors(host, block.errors, strings);
  if (!block.gaps.empty()) write_gaps(host, block.gaps);
  if (!block.resets.empty()) write_resets(host, block.resets, strings);
}

}  // namespace tscollect::store
