#pragma once

#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/run_file/host_layout.hpp"
#include "store/run_file/run_file_reader.hpp"
#include "store/run_file/source_reader.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tscollect::store {

/// An open host: its group with its arrays.
struct HostReader::State {
  State(GroupHandle opened, std::string file_name, std::string path,
        const block::HostSummary& summary, Diagnostics* sink);

  void or_report(const std::function<void()>& read) const;
  void add_source(const std::string& name, std::set<hobj_ref_t>& arrays);
  [[nodiscard]] ObjectRef node() const { return {group.get(), file, path, &budget, diagnostics}; }
  void read_times(const RowRange& rows, HostTimes& read) const;
  /// Of objects in the host's group that are not part of the layout. Needs diagnostics.
  void warn_of_unknown_objects() const;

  Diagnostics* diagnostics;
  std::string file;
  std::string path;
  GroupHandle group;
  mutable ReadBudget budget;
  std::array<OpenDataset, layout::time_lists.size()> times;  ///< in the order of time_lists
  std::uint64_t samples;
  std::vector<SourceReader> sources;
  std::size_t named_sources = 0;  ///< with those that could not be read
  std::uint64_t columns = 0;      ///< over all sources
  ReadHost layout;
  ReadHost part;  ///< result of next_part()
};

}  // namespace tscollect::store
