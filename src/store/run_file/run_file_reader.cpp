#include "store/run_file/run_file_reader.hpp"

#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/run_file/host_reader.hpp"
#include "store/run_file/host_table.hpp"
#include "store/run_file/layout.hpp"
#include "store/run_file/open_run.hpp"
#include "store/run_file/phases.hpp"
#include "store/hdf5/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace tscollect::store {

namespace {

using block::Completeness;
using block::HostState;

/// The state whose name is `text`; throws if there is none.
template <class State, std::size_t Count>
State state_from(const ObjectRef& node, const std::string& text,
                 const std::array<State, Count>& all) {
  for (const State state : all)
    if (block::to_string(state) == text) return state;
  throw_at(node, fmt::format("has the unknown state '{}'", text));
}

std::optional<block::RunCommand> read_command(const ObjectRef& root) {
  if (!has_attribute(root, layout::command_begin)) return std::nullopt;
  return block::RunCommand{.line = read_text(root, layout::command_line),
                           .host = read_text(root, layout::command_host),
                           .begin = read_text(root, layout::command_begin),
                           .end = read_text(root, layout::command_end),
                           .exit_status = read_integer(root, layout::command_exit_status)};
}

block::RunInfo read_run(const ObjectRef& root) {
  block::RunInfo run;
  run.title = read_text(root, "title");
  run.collection_interval_seconds =
      read_real(root, "collection_interval_seconds").value_or(run.collection_interval_seconds);
  run.start_time = read_text(root, "start_time");
  run.end_time = read_text(root, "end_time");
  run.num_samples = read_integer(root, "num_samples").value_or(0);
  run.collection_method = read_text(root, "collection_method");
  run.hosts_requested = read_texts(root, "hosts_requested");
  run.hosts_collected = read_texts(root, "hosts_collected");
  run.completeness = state_from<Completeness, 3>(
      root, read_text(root, "completeness"),
      {Completeness::complete, Completeness::incomplete, Completeness::recovered});
  run.stop_reason = read_text(root, "stop_reason");
  run.history = read_text(root, "history");
  run.command = read_command(root);
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

void read_columns(const ObjectRef& table, std::vector<block::HostOutcome>& hosts) {
  for (const HostTableColumn& column : host_table_columns()) {
    // Older files lack columns that a later minor version added.
    if (!has_link(table, column.name)) continue;
    const std::vector<std::int64_t> values = read_list(table, column.name);
    check_length(table, column.name, values.size(), hosts.size());
    for (std::size_t i = 0; i < hosts.size(); ++i)
      if (values[i] != missing_integer) column.member(hosts[i].summary) = values[i];
  }
}

std::vector<block::HostOutcome> read_table(const ObjectRef& root) {
  const GroupHandle group = open_group(root, layout::host_table_group);
  const ObjectRef table{group.get(), root.file, "/host_table", root.budget};
  std::vector<std::string> names = read_strings(table, layout::host_dimension);
  std::set<std::string_view> seen;
  for (const std::string& name : names)
    if (!seen.insert(name).second) throw_at(table, fmt::format("has the host '{}' twice", name));
  const std::vector<std::string> states = read_strings(table, "state");
  std::vector<std::string> reasons = read_strings(table, "why");
  check_length(table, "state", states.size(), names.size());
  check_length(table, "why", reasons.size(), names.size());
  charge(table, layout::host_dimension, names.size() * sizeof(block::HostOutcome));
  std::vector<block::HostOutcome> hosts(names.size());
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    hosts[i].summary.name = std::move(names[i]);
    hosts[i].why = std::move(reasons[i]);
    hosts[i].state = state_from<HostState, 4>(
        table, states[i],
        {HostState::complete, HostState::partial, HostState::missing, HostState::recovered});
  }
  read_columns(table, hosts);
  return hosts;
}

}  // namespace

struct RunFileReader::State {
  explicit State(const std::filesystem::path& path)
      : name(path.string()), file(open_run(name)), budget(file_bytes({file.get(), name, "/"})) {
    static_cast<void>(read_schema(root()));
    run = read_run(root());
    run.phases = read_phases(root());
    hosts = read_table(root());
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
      read_facts({group.get(), name, host_path, &budget}, host.summary);
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
