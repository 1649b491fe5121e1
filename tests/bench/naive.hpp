#pragma once

#include "bench/recorded_host.hpp"

#include <hdf5.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tscollect::bench {

/// All values of a host as they are: clocks, then source after source, row-major, 8 bytes each.
[[nodiscard]] std::vector<std::byte> raw_values(const RecordedHost& host);

/// The obvious way to write the same arrays: a dataset per array with the same chunks and filters,
/// compressed by HDF5 in the one process that writes. Names, units and attributes are left out, in
/// its favour.
class NaiveFile {
 public:
  explicit NaiveFile(const std::filesystem::path& path);
  NaiveFile(const NaiveFile&) = delete;
  NaiveFile& operator=(const NaiveFile&) = delete;
  ~NaiveFile() = default;

  /// `layout`: a block of the same layout, for the arrays' shapes; `values` as from raw_values().
  void add(const std::string& host, const block::HostBlock& layout,
           std::span<const std::byte> values) const;
  void close();

 private:
  hid_t file_ = H5I_INVALID_HID;
};

}  // namespace tscollect::bench
