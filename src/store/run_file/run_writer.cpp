#include "store/run_file/run_writer.hpp"

#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/run_file/host_table.hpp"
#include "store/run_file/layout.hpp"
#include "store/hdf5/text.hpp"

#include <tscollect/version.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tscollect::store {

namespace {

void write_map(const ObjectRef& root, std::string_view prefix,
               const std::map<std::string, std::string>& entries) {
  for (const auto& [key, value] : entries) {
    const std::string name = std::string(prefix) + escape_name(key);
    write_text(root, name.c_str(), value);
  }
}

void write_command(const ObjectRef& root, const block::RunCommand& command) {
  write_text(root, layout::command_line, command.line);
  write_text(root, layout::command_host, command.host);
  write_text(root, layout::command_begin, command.begin);
  write_text(root, layout::command_end, command.end);
  if (command.exit_status) write_integer(root, layout::command_exit_status, *command.exit_status);
}

std::vector<std::string> names_of(std::span<const block::HostOutcome> hosts,
                                  block::HostState state) {
  std::vector<std::string> names;
  for (const block::HostOutcome& host : hosts)
    if (host.state == state) names.push_back(host.summary.name);
  return names;
}

void write_column(const ObjectRef& table, hobj_ref_t dimension, const HostTableColumn& column,
                  std::span<const block::HostOutcome> hosts) {
  std::vector<std::int64_t> values;
  bool all_known = true;
  for (const block::HostOutcome& host : hosts) {
    block::HostSummary summary = host.summary;
    const bool known = column.is_known == nullptr || column.is_known(summary);
    values.push_back(known ? column.member(summary) : missing_integer);
    all_known = all_known && known;
  }
  const DatasetHandle dataset = write_list(table, column.name, values);
  const ObjectRef node{dataset.get(), table.file, table.path};
  write_dimensions(node, {{dimension}});
  if (column.meaning != nullptr) write_text(node, layout::long_name, column.meaning);
  if (column.is_time) write_text(node, "units", layout::time_units);
  if (column.unit != nullptr) write_text(node, "unit", column.unit);
  if (!all_known) write_integer(node, layout::fill_value, missing_integer);
}

}  // namespace

void write_run_attributes(const ObjectRef& root, const block::RunInfo& run,
                          std::span<const block::HostOutcome> hosts) {
  write_text(root, "title", run.title);
  write_text(root, "Conventions", "CF-1.10");
  write_text(root, "tscollect_schema", schema_version);
  write_text(root, "tscollect_version", version);
  write_real(root, "collection_interval_seconds", run.collection_interval_seconds);
  write_text(root, "start_time", run.start_time);
  write_text(root, "end_time", run.end_time);
  write_integer(root, "num_samples", run.num_samples);
  write_text(root, "collection_method", run.collection_method);
  write_texts(root, "hosts_requested", run.hosts_requested);
  write_texts(root, "hosts_collected", run.hosts_collected);
  write_texts(root, "hosts_partial", names_of(hosts, block::HostState::partial));
  write_texts(root, "hosts_missing", names_of(hosts, block::HostState::missing));
  write_text(root, "completeness", block::to_string(run.completeness));
  write_text(root, "stop_reason", run.stop_reason);
  write_text(root, "history", run.history);
  if (run.command) write_command(root, *run.command);
  write_map(root, layout::label_prefix, run.labels);
  write_map(root, layout::job_prefix, run.job_ids);
}

void write_host_table(const ObjectRef& root, std::span<const block::HostOutcome> hosts,
                      StringPool& strings) {
  GroupRoom room;
  const auto add = [&room](std::string_view name) {
    ++room.most_links;
    room.header_bytes += link_bytes + name.size();
  };
  for (const HostTableColumn& column : host_table_columns()) add(column.name);
  for (const char* name : {layout::host_dimension, "state", "why"}) add(name);
  const GroupHandle group = create_group(root, layout::host_table_group, room);
  const ObjectRef table{group.get(), root.file, "/host_table"};
  std::vector<std::string> names;
  std::vector<std::string> states;
  std::vector<std::string> reasons;
  for (const block::HostOutcome& host : hosts) {
    names.push_back(host.summary.name);
    states.emplace_back(block::to_string(host.state));
    reasons.push_back(host.why);
  }
  {
    const DatasetHandle scale = strings.write(table, layout::host_dimension, names);
    write_scale_mark({scale.get(), table.file, table.path}, layout::host_dimension);
  }
  const hobj_ref_t dimension = reference_to(table, layout::host_dimension);
  for (const HostTableColumn& column : host_table_columns())
    write_column(table, dimension, column, hosts);
  const DatasetHandle state = strings.write(table, "state", states);
  write_dimensions({state.get(), table.file, table.path}, {{dimension}});
  const DatasetHandle why = strings.write(table, "why", reasons);
  write_dimensions({why.get(), table.file, table.path}, {{dimension}});
}

}  // namespace tscollect::store
