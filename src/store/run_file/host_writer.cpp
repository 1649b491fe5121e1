#include "store/run_file/host_writer.hpp"

#include "store/run_file/host_layout.hpp"
#include "store/run_file/layout_writer.hpp"
#include "store/run_file/source_writer.hpp"
#include "store/hdf5/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace tscollect::store {

namespace {

/// Estimated space for the host's links and attributes; lists of events are not included.
GroupRoom room_for(const block::HostBlock& block) {
  constexpr std::size_t objects_along_time = layout::time_lists.size();
  constexpr std::size_t objects_per_source = 4;
  constexpr std::size_t mean_suffix = 4;  // average of "", "_field", "_unit", "_kind"
  constexpr std::size_t mean_name = 10;
  constexpr std::size_t fewest_attributes = 5;
  constexpr std::size_t attributes_of_facts = 9;
  GroupRoom room;
  std::size_t objects = objects_along_time;
  room.header_bytes = objects_along_time * (link_bytes + mean_name);
  std::size_t longest_source = 0;
  for (const block::HostSource& source : block.sources) {
    objects += objects_per_source;
    room.header_bytes += objects_per_source * (link_bytes + source.name.size() + mean_suffix);
    longest_source = std::max(longest_source, source.name.size());
    if (source.row_dimension.empty()) continue;
    const std::size_t rows = 1 + source.row_attributes.size() + source.row_texts.size();
    objects += rows;
    room.header_bytes += rows * (link_bytes + source.row_dimension.size() + mean_name);
  }
  layout::for_each_event_table([&](const auto& table) { objects += 1 + table.columns.size(); });
  room.most_links = static_cast<unsigned>(objects);
  const block::HostFacts& facts = block.summary.facts;
  room.header_bytes += fewest_attributes * attribute_bytes + block.summary.name.size() +
                       (block.sources.size() + block.sources_requested.size()) * longest_source;
  if (facts.kernel.empty()) return room;
  room.header_bytes += attributes_of_facts * attribute_bytes + facts.kernel.size() +
                       facts.cpu_model.size() + facts.boot_id.size();
  for (const std::string& address : facts.addresses) room.header_bytes += address.size();
  return room;
}

void write_facts(const ObjectRef& host, const block::HostBlock& block) {
  write_text(host, layout::hostname, block.summary.name);
  write_attributes(host, layout::host_attributes, block.summary);
  write_texts(host, "sources_requested", block.sources_requested);
  std::vector<std::string> names;
  for (const block::HostSource& source : block.sources) names.push_back(source.name);
  write_texts(host, layout::sources, names);
}

/// Writes the lists along time and returns the scale `time`.
hobj_ref_t write_times(const ObjectRef& host, const block::HostBlock& block) {
  hobj_ref_t time = 0;  // no object of a file is at 0
  for (const layout::TimeList& each : layout::time_lists) {
    const char* const name = each.list.name;
    const DatasetHandle dataset = write_chunks(host, name, block.*each.array, block.payload);
    const ObjectRef object{dataset.get(), host.file, host.path};
    if (time == 0) {
      write_scale_mark(object, name);
      time = reference_to(host, name);
    } else {
      write_dimensions(object, {{time}});
    }
    write_explanation(object, each.list);
  }
  return time;
}

/// A kind without events is left out.
template <class Record, std::size_t Count>
void write_events(const ObjectRef& host, const TableLayout<Record, Count>& table,
                  const std::vector<Record>& events, StringPool& strings) {
  if (!events.empty()) write_table(host, table, events, strings);
}

}  // namespace

void write_host(const ObjectRef& hosts, const block::HostBlock& block, FileState& state) {
  const std::string name = escape_name(block.summary.name);
  const GroupHandle group = create_group(hosts, name.c_str(), room_for(block));
  const std::string path = fmt::format("{}/{}", hosts.path, name);
  const ObjectRef host{group.get(), hosts.file, path};
  write_facts(host, block);
  const hobj_ref_t time = write_times(host, block);
  for (const block::HostSource& source : block.sources)
    write_source(host, source, {time, block.payload}, state);
  write_events(host, layout::errors, block.errors, state.strings);
  write_events(host, layout::gaps, block.gaps, state.strings);
  write_events(host, layout::resets, block.resets, state.strings);
}

}  // namespace tscollect::store
