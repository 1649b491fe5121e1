#include "store/run_file/run_file_reader.hpp"

#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/run_file/host_layout.hpp"
#include "store/run_file/host_reader.hpp"
#include "store/run_file/layout_reader.hpp"
#include "store/run_file/open_run.hpp"
#include "store/run_file/run_layout.hpp"
#include "store/hdf5/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace tscollect::store {

namespace {

block::RunInfo read_run(const ObjectRef& root) {
  block::RunInfo run;
  read_attributes(root, layout::run_attributes, run);
  if (has_attribute(root, layout::command_begin))
    read_attributes(root, layout::command_attributes, run.command.emplace());
  run.phases = read_optional_table(root, layout::phases);
  const auto keep = [&](const std::string& name, std::string_view prefix, auto& entries) {
    if (!name.starts_with(prefix)) return;
    entries.emplace(unescape_name(name.substr(prefix.size())), read_text(root, name.c_str()));
  };
  for (const std::string& name : attribute_names(root)) {
    keep(name, layout::label_prefix, run.labels);
    keep(name, layout::job_prefix, run.job_ids);
  }
  return run;
}

std::vector<block::HostOutcome> read_host_table(const ObjectRef& root) {
  const GroupHandle group = open_group(root, layout::host_table_group);
  return read_table({group.get(), root.file, "/host_table", root.budget}, layout::host_table);
}

}  // namespace

struct RunFileReader::State {
  explicit State(const std::filesystem::path& path)
      : name(path.string()), file(open_run(name)), budget(file_bytes({file.get(), name, "/"})) {
    static_cast<void>(read_schema(root()));
    run = read_run(root());
    hosts = read_host_table(root());
    hosts_group = open_group(root(), layout::hosts_group);
    std::set<hobj_ref_t> groups;
    for (block::HostOutcome& host : hosts) {
      const std::string group_name = escape_name(host.summary.name);
      if (!has_link(hosts_node(), group_name)) continue;
      // Otherwise a small file could refer to one group under any number of names.
      if (!groups.insert(reference_to(hosts_node(), group_name.c_str())).second)
        throw_at(hosts_node(), fmt::format("has another name for the group {}", group_name));
      const GroupHandle group = open_group(hosts_node(), group_name);
      const std::string host_path = fmt::format("/hosts/{}", group_name);
      read_attributes({group.get(), name, host_path, &budget}, layout::host_attributes,
                      host.summary);
    }
  }

  [[nodiscard]] ObjectRef root() const { return {file.get(), name, "/", &budget}; }
  [[nodiscard]] ObjectRef hosts_node() const {
    return {hosts_group.get(), name, "/hosts", &budget};
  }
  [[nodiscard]] HostReader open(const std::string& wanted) const;

  std::string name;
  FileHandle file;
  mutable ReadBudget budget;  ///< for the run and its host table
  GroupHandle hosts_group;
  block::RunInfo run;
  std::vector<block::HostOutcome> hosts;
};

RunFileReader::RunFileReader(const std::filesystem::path& path) {
  const QuietErrors quiet;
  state_ = std::make_unique<State>(path);
}

RunFileReader::~RunFileReader() {
  const QuietErrors quiet;
  state_.reset();
}

const block::RunInfo& RunFileReader::run() const { return state_->run; }

const std::vector<block::HostOutcome>& RunFileReader::hosts() const { return state_->hosts; }

HostReader RunFileReader::open_host(const std::string& name) const { return state_->open(name); }

ReadHost RunFileReader::read_host(const std::string& name) const {
  const HostReader host = open_host(name);
  return host.read(0, host.samples());
}

HostReader RunFileReader::State::open(const std::string& wanted) const {
  const QuietErrors quiet;
  const auto is_it = [&](const block::HostOutcome& host) { return host.summary.name == wanted; };
  const auto found = std::ranges::find_if(hosts, is_it);
  if (found == hosts.end()) throw_at(root(), fmt::format("has no host '{}'", wanted));
  const std::string group_name = escape_name(wanted);
  if (!has_link(hosts_node(), group_name))
    throw_at(hosts_node(), fmt::format("has no data of host '{}' (state: {})", wanted,
                                       block::to_string(found->state)));
  return HostReader(std::make_unique<HostReader::State>(open_group(hosts_node(), group_name), name,
                                                        fmt::format("/hosts/{}", group_name),
                                                        found->summary));
}

}  // namespace tscollect::store
