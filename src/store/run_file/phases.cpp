#include "store/run_file/phases.hpp"

#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/run_file/layout.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

namespace tscollect::store {

namespace {

/// An integer list, and the member that it stores.
struct IntegerList {
  const char* name;
  std::int64_t block::RunPhase::*member;
  bool is_time;
};

constexpr std::array<IntegerList, 3> integer_lists = {
    {{layout::phase_begin, &block::RunPhase::begin_ns, true},
     {layout::phase_end, &block::RunPhase::end_ns, true},
     {layout::phase_level, &block::RunPhase::level, false}}};

std::vector<std::string> texts_of(std::span<const block::RunPhase> phases,
                                  std::string block::RunPhase::*member) {
  std::vector<std::string> texts;
  texts.reserve(phases.size());
  std::ranges::transform(phases, std::back_inserter(texts), member);
  return texts;
}

}  // namespace

void write_phases(const ObjectRef& root, std::span<const block::RunPhase> phases,
                  StringPool& strings) {
  if (phases.empty()) return;
  {
    const DatasetHandle scale =
        strings.write(root, layout::phase_dimension, texts_of(phases, &block::RunPhase::name));
    write_scale_mark({scale.get(), root.file, root.path}, layout::phase_dimension);
  }
  const hobj_ref_t dimension = reference_to(root, layout::phase_dimension);
  for (const IntegerList& list : integer_lists) {
    std::vector<std::int64_t> values(phases.size());
    std::ranges::transform(phases, values.begin(), list.member);
    const DatasetHandle dataset = write_list(root, list.name, values);
    const ObjectRef object{dataset.get(), root.file, root.path};
    write_dimensions(object, {{dimension}});
    if (list.is_time) write_text(object, "units", layout::time_units);
  }
  const DatasetHandle hosts =
      strings.write(root, layout::phase_host, texts_of(phases, &block::RunPhase::host));
  write_dimensions({hosts.get(), root.file, root.path}, {{dimension}});
}

std::vector<block::RunPhase> read_phases(const ObjectRef& root) {
  if (!has_link(root, layout::phase_dimension)) return {};
  std::vector<std::string> names = read_strings(root, layout::phase_dimension);
  std::vector<std::string> hosts = read_strings(root, layout::phase_host);
  check_length(root, layout::phase_host, hosts.size(), names.size());
  charge(root, layout::phase_dimension, names.size() * sizeof(block::RunPhase));
  std::vector<block::RunPhase> phases(names.size());
  for (std::size_t i = 0; i < phases.size(); ++i) {
    phases[i].name = std::move(names[i]);
    phases[i].host = std::move(hosts[i]);
  }
  for (const IntegerList& list : integer_lists) {
    const std::vector<std::int64_t> values = read_list(root, list.name);
    check_length(root, list.name, values.size(), phases.size());
    for (std::size_t i = 0; i < phases.size(); ++i) phases[i].*list.member = values[i];
  }
  return phases;
}

void remove_phases(const ObjectRef& root) {
  for (const char* name : {layout::phase_dimension, layout::phase_begin, layout::phase_end,
                           layout::phase_level, layout::phase_host})
    if (has_link(root, name))
      check_h5(H5Ldelete(root.id, name, H5P_DEFAULT), root, "remove a list of phases");
}

}  // namespace tscollect::store
