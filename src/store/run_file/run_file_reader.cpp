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
  return read_table(root.inner(group.get(), "/host_table"), layout::host_table);
}

}  // namespace

struct RunFileReader::State {
  State(const std::filesystem::path& path, Diagnostics* sink)
      : name(path.string()),
        file(open_run(name)),
        budget(file_bytes({file.get(), name, "/"})),
        diagnostics(sink),
        schema(read_schema(root())),
        run(read_run(root())) {
    if (diagnostics != nullptr && is_newer_schema(schema))
      diagnostics->warn("schema", "/", std::nullopt,
                        "has schema {}: what it added to {} is not checked", schema,
                        schema_version);
    hosts = read_host_table(root());
    hosts_group = open_group(root(), layout::hosts_group);
    guarded(hosts_node(), "missing-object", [&] { check_groups(); });
    std::set<hobj_ref_t> groups;
    for (block::HostOutcome& host : hosts) {
      const std::string group_name = escape_name(host.summary.name);
      if (!has_link(hosts_node(), group_name)) continue;
      // Otherwise a small file could refer to one group under any number of names.
      if (!groups.insert(reference_to(hosts_node(), group_name.c_str())).second)
        throw_at(hosts_node(), fmt::format("has another name for the group {}", group_name));
      const GroupHandle group = open_group(hosts_node(), group_name);
      const std::string host_path = fmt::format("/hosts/{}", group_name);
      read_attributes(hosts_node().inner(group.get(), host_path), layout::host_attributes,
                      host.summary);
    }
  }

  /// Compares the groups of hosts with the host table.
  void check_groups() const {
    std::set<std::string> left;
    for (std::string& group : link_names(hosts_node())) left.insert(std::move(group));
    for (const block::HostOutcome& host : hosts) {
      const std::string group = escape_name(host.summary.name);
      const bool is_there = left.erase(group) > 0;
      if (is_there && host.state == HostState::missing)
        diagnostics->error("host-table", "/hosts/" + group,
                           "exists, but the host table says that the host is missing");
      if (!is_there && host.state != HostState::missing)
        report(hosts_node(), "missing-object", "has no {}", group);
    }
    for (const std::string& group : left)
      diagnostics->error("host-table", "/hosts/" + group, "is not in the host table");
  }

  [[nodiscard]] ObjectRef root() const { return {file.get(), name, "/", &budget, diagnostics}; }
  [[nodiscard]] ObjectRef hosts_node() const { return root().inner(hosts_group.get(), "/hosts"); }
  [[nodiscard]] HostReader open(const std::string& wanted, Diagnostics* sink) const;

  std::string name;
  FileHandle file;
  mutable ReadBudget budget;  ///< for the run and its host table
  Diagnostics* diagnostics;
  std::string schema;
  block::RunInfo run;
  GroupHandle hosts_group;
  std::vector<block::HostOutcome> hosts;
};

RunFileReader::RunFileReader(const std::filesystem::path& path, Diagnostics* diagnostics) {
  const QuietErrors quiet;
  state_ = std::make_unique<State>(path, diagnostics);
}

RunFileReader::~RunFileReader() {
  const QuietErrors quiet;
  state_.reset();
}

const std::string& RunFileReader::schema() const { return state_->schema; }

const block::RunInfo& RunFileReader::run() const { return state_->run; }

const std::vector<block::HostOutcome>& RunFileReader::hosts() const { return state_->hosts; }

HostReader RunFileReader::open_host(const std::string& name, Diagnostics* diagnostics) const {
  return state_->open(name, diagnostics);
}

ReadHost RunFileReader::read_host(const std::string& name) const {
  const HostReader host = open_host(name);
  return host.read(0, host.samples());
}

HostReader RunFileReader::State::open(const std::string& wanted, Diagnostics* sink) const {
  const QuietErrors quiet;
  const auto is_it = [&](const block::HostOutcome& host) { return host.summary.name == wanted; };
  const auto found = std::ranges::find_if(hosts, is_it);
  if (found == hosts.end()) throw_at(root(), fmt::format("has no host '{}'", wanted));
  const std::string group_name = escape_name(wanted);
  if (!has_link(hosts_node(), group_name))
    throw_at(hosts_node(), fmt::format("has no data of host '{}' (state: {})", wanted,
                                       block::to_string(found->state)));
  auto state = std::make_unique<HostReader::State>(open_group(hosts_node(), group_name), name,
                                                   fmt::format("/hosts/{}", group_name),
                                                   found->summary, sink);
  if (sink != nullptr && !is_newer_schema(schema)) state->warn_of_unknown_objects();
  return HostReader(std::move(state));
}

}  // namespace tscollect::store
