#include "store/run_file/structure_check.hpp"

#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/run_file/layout.hpp"
#include "store/run_file/object_check.hpp"
#include "store/run_file/open_run.hpp"
#include "store/hdf5/text.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace tscollect::store {

namespace {

void require_text(const ObjectRef& root, const char* name, Diagnostics& diagnostics) {
  guarded(root, "attribute", diagnostics, [&] {
    if (read_text(root, name).empty())
      diagnostics.error("attribute", "/", fmt::format("has no attribute {}", name));
  });
}

void check_times(const ObjectRef& root, bool has_samples, Diagnostics& diagnostics) {
  std::array<std::optional<WallTime>, 2> times;
  const std::array<const char*, 2> names = {"start_time", "end_time"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string text = read_text(root, names[i]);
    const Result<WallTime> time = parse_timestamp(text);
    if (time) times[i] = *time;
    if (!time && (has_samples || !text.empty()))
      diagnostics.error("attribute", "/", fmt::format("has an invalid {} '{}'", names[i], text));
  }
  if (times[0] && times[1] && *times[1] < *times[0])
    diagnostics.error("attribute", "/", "has an end_time before its start_time");
}

/// Whether it is a list along failures, gaps or resets, which check_time_lists() checks.
bool is_of_event(const std::string& name) {
  return name.starts_with(layout::error_dimension) || name.starts_with(layout::gap_dimension) ||
         name.starts_with(layout::reset_dimension);
}

}  // namespace

struct StructureCheck::State {
  explicit State(const std::filesystem::path& path)
      : name(path.string()), file(open_run(name)), schema(read_schema(root())) {}

  [[nodiscard]] ObjectRef root() const { return {file.get(), name, "/"}; }

  std::string name;
  FileHandle file;
  std::string schema;
  std::set<std::string> seen_groups;
};

StructureCheck::StructureCheck(const std::filesystem::path& path) {
  const QuietErrors quiet;
  state_ = std::make_unique<State>(path);
}

StructureCheck::~StructureCheck() {
  const QuietErrors quiet;
  state_.reset();
}

const std::string& StructureCheck::schema() const { return state_->schema; }
bool StructureCheck::is_newer() const { return is_newer_schema(state_->schema); }

void StructureCheck::check_root(Diagnostics& diagnostics) const {
  const QuietErrors quiet;
  const ObjectRef root = state_->root();
  for (const char* name :
       {"title", "Conventions", "tscollect_version", "history", "collection_method"})
    require_text(root, name, diagnostics);
  guarded(root, "attribute", diagnostics, [&] {
    const auto interval = read_real(root, "collection_interval_seconds");
    if (!interval || !std::isfinite(*interval) || *interval <= 0)
      diagnostics.error("attribute", "/", "has no collection_interval_seconds above 0");
    const auto samples = read_integer(root, "num_samples");
    if (!samples || *samples < 0) diagnostics.error("attribute", "/", "has no num_samples");
    check_times(root, samples.value_or(0) > 0, diagnostics);
  });
  guarded(root, "missing-object", diagnostics, [&] {
    const GroupHandle table = open_group(root, layout::host_table_group);
    check_scale({table.get(), root.file, "/host_table"}, layout::host_dimension, diagnostics);
  });
  guarded(root, "missing-object", diagnostics, [&] { check_phase_lists(root, diagnostics); });
}

void StructureCheck::check_host(const block::HostOutcome& outcome, Diagnostics& diagnostics) {
  const QuietErrors quiet;
  const ObjectRef root = state_->root();
  const std::string name = escape_name(outcome.summary.name);
  const std::string path = "/hosts/" + name;
  guarded(root, "missing-object", diagnostics, [&] {
    const GroupHandle hosts = open_group(root, layout::hosts_group);
    const ObjectRef parent{hosts.get(), root.file, "/hosts"};
    const bool there = has_link(parent, name);
    if (outcome.state == block::HostState::missing) {
      if (there)
        diagnostics.error("host-table", path,
                          "exists, but the host table says that the host is missing");
      if (there) state_->seen_groups.insert(name);
      return;
    }
    const GroupHandle group = open_group(parent, name);
    const ObjectRef host{group.get(), root.file, path};
    state_->seen_groups.insert(name);
    expect_text(host, layout::hostname, outcome.summary.name, diagnostics);
    check_time_lists(host, diagnostics);
    std::set<std::string> known = {"time", "tick", "lateness", "duration"};
    std::set<std::string> sources;
    for (const std::string& source : read_texts(host, layout::sources))
      if (sources.insert(source).second)
        check_source_array(host, source, known, diagnostics);
      else
        diagnostics.error("attribute", path, fmt::format("names the source {} twice", source));
    if (is_newer()) return;
    for (const std::string& object : link_names(host))
      if (!is_of_event(object) && !known.contains(object))
        diagnostics.warn("unknown-object", path_of(host, object), "is not part of the format");
  });
}

void StructureCheck::check_rest(Diagnostics& diagnostics) const {
  const QuietErrors quiet;
  const ObjectRef root = state_->root();
  guarded(root, "missing-object", diagnostics, [&] {
    const GroupHandle hosts = open_group(root, layout::hosts_group);
    for (const std::string& name : link_names({hosts.get(), root.file, "/hosts"}))
      if (!state_->seen_groups.contains(name))
        diagnostics.error("host-table", "/hosts/" + name, "is not in the host table");
  });
}

}  // namespace tscollect::store
