#include "store/run_file/host_writer.hpp"

#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/run_file/event_writer.hpp"
#include "store/run_file/layout.hpp"
#include "store/run_file/source_writer.hpp"
#include "store/hdf5/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tscollect::store {

namespace {

/// Estimated space for the host's links and attributes; lists of events are not included.
GroupRoom room_for(const block::HostBlock& block) {
  constexpr unsigned objects_along_time = 4;
  constexpr unsigned objects_per_source = 4;
  constexpr unsigned lists_of_events = 19;
  constexpr std::size_t mean_suffix = 4;  // average of "", "_field", "_unit", "_kind"
  constexpr std::size_t mean_name = 10;
  constexpr std::size_t fewest_attributes = 5;
  constexpr std::size_t attributes_of_facts = 9;
  GroupRoom room;
  unsigned objects = objects_along_time;
  room.header_bytes = objects_along_time * (link_bytes + mean_name);
  std::size_t longest_source = 0;
  for (const block::HostSource& source : block.sources) {
    objects += objects_per_source;
    room.header_bytes += objects_per_source * (link_bytes + source.name.size() + mean_suffix);
    longest_source = std::max(longest_source, source.name.size());
    if (source.row_dimension.empty()) continue;
    const std::size_t rows = 1 + source.row_attributes.size() + source.row_texts.size();
    objects += static_cast<unsigned>(rows);
    room.header_bytes += rows * (link_bytes + source.row_dimension.size() + mean_name);
  }
  room.most_links = objects + lists_of_events;
  const block::HostFacts& facts = block.summary.facts;
  room.header_bytes += fewest_attributes * attribute_bytes + block.summary.name.size() +
                       (block.sources.size() + block.sources_requested.size()) * longest_source;
  if (facts.kernel.empty()) return room;
  room.header_bytes += attributes_of_facts * attribute_bytes + facts.kernel.size() +
                       facts.cpu_model.size() + facts.boot_id.size();
  for (const std::string& address : facts.addresses) room.header_bytes += address.size();
  return room;
}

/// Writes the number unless it is 0 (unknown).
void write_known(const ObjectRef& host, const char* name, std::int64_t number) {
  if (number != 0) write_integer(host, name, number);
}

void write_facts(const ObjectRef& host, const block::HostBlock& block) {
  const block::HostSummary& summary = block.summary;
  write_text(host, layout::hostname, summary.name);
  write_text(host, "kernel", summary.facts.kernel);
  write_text(host, "cpu_model", summary.facts.cpu_model);
  write_known(host, "cpu_count", summary.facts.cpu_count);
  write_known(host, "memory_kib", summary.facts.memory_kib);
  write_text(host, "boot_id", summary.facts.boot_id);
  write_texts(host, "addresses", summary.facts.addresses);
  write_known(host, "clock_ticks_per_second", summary.facts.clock_ticks_per_second);
  write_known(host, "collector_cpu_ns", summary.cpu_ns);
  write_known(host, "collector_peak_memory_bytes", summary.peak_memory_bytes);
  write_integer(host, "collector_stored_bytes", summary.stored_bytes);
  write_integer(host, "collector_journal_bytes", summary.journal_bytes);
  if (!summary.journal_error.empty())
    write_text(host, "collector_journal_fault", summary.journal_error);
  write_texts(host, "sources_requested", block.sources_requested);
  write_texts(host, "absent_sources", summary.absent_sources);
  std::vector<std::string> names;
  for (const block::HostSource& source : block.sources) names.push_back(source.name);
  write_texts(host, layout::sources, names);
}

/// Writes the lists along time and returns the scale `time`.
hobj_ref_t write_times(const ObjectRef& host, const block::HostBlock& block) {
  {
    const DatasetHandle time =
        write_chunks(host, layout::time_dimension, block.time, block.payload);
    const ObjectRef node{time.get(), host.file, host.path};
    write_scale_mark(node, layout::time_dimension);
    write_text(node, "units", layout::time_units);
    write_text(node, "standard_name", "time");
  }
  const hobj_ref_t time = reference_to(host, layout::time_dimension);
  struct AlongTime {
    const char* name;
    const block::ChunkedArray* array;
    const char* meaning;
    const char* unit;
  };
  const std::array<AlongTime, 3> others = {{
      {"tick", &block.tick, "number of the tick", "1"},
      {"lateness", &block.lateness, "start of the sample after its tick", "nanoseconds"},
      {"duration", &block.duration, "time that the sample took", "nanoseconds"},
  }};
  for (const AlongTime& other : others) {
    const DatasetHandle dataset = write_chunks(host, other.name, *other.array, block.payload);
    const ObjectRef node{dataset.get(), host.file, host.path};
    write_dimensions(node, {{time}});
    write_text(node, layout::long_name, other.meaning);
    // Not "units": xarray would convert the integers to timedelta64, which not all versions
    // preserve.
    write_text(node, "unit", other.unit);
  }
  return time;
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
  write_events(host, block, state.strings);
}

}  // namespace tscollect::store
