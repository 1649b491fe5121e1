#pragma once

#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/run_file/run_file_reader.hpp"
#include "store/run_file/source_reader.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tscollect::store {

/// Reads what the attributes of the group `host` say of the host: facts and the collector's cost.
void read_facts(const ObjectRef& host, block::HostSummary& summary);

/// The group of a host with its arrays, open.
struct HostReader::State {
  State(GroupHandle opened, std::string file_name, std::string path,
        const block::HostSummary& summary);

  [[nodiscard]] ObjectRef node() const { return {group.get(), file, path, &budget}; }
  void read_times(const RowRange& rows, HostTimes& times) const;

  std::string file;
  std::string path;
  GroupHandle group;
  mutable ReadBudget budget;
  OpenDataset time, tick, lateness, duration;
  std::vector<SourceReader> sources;
  std::uint64_t columns = 0;  ///< of all sources
  ReadHost layout;
  ReadHost part;  ///< what next_part() handed out
};

/// Reads of the group `host` when its first and its last sample were. Throws StoreError.
[[nodiscard]] std::optional<HostEnds> read_host_ends(const ObjectRef& host);

}  // namespace tscollect::store
