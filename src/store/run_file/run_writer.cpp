#include "store/run_file/run_writer.hpp"

#include "store/hdf5/text.hpp"
#include "store/run_file/layout_writer.hpp"
#include "store/run_file/run_layout.hpp"

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

std::vector<std::string> names_of(std::span<const block::HostOutcome> hosts,
                                  block::HostState state) {
  std::vector<std::string> names;
  for (const block::HostOutcome& host : hosts)
    if (host.state == state) names.push_back(host.summary.name);
  return names;
}

}  // namespace

void write_run_attributes(const ObjectRef& root, const block::RunInfo& run,
                          std::span<const block::HostOutcome> hosts) {
  write_attributes(root, layout::run_attributes, run);
  write_texts(root, "hosts_partial", names_of(hosts, block::HostState::partial));
  write_texts(root, "hosts_missing", names_of(hosts, block::HostState::missing));
  if (run.command) write_attributes(root, layout::command_attributes, *run.command);
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
  add(layout::host_table.dimension);
  for (const auto& column : layout::host_table.columns) add(column.list.name);
  const GroupHandle group = create_group(root, layout::host_table_group, room);
  write_table({group.get(), root.file, "/host_table"}, layout::host_table, hosts, strings);
}

}  // namespace tscollect::store
