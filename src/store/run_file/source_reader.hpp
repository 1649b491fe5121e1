#pragma once

#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace tscollect::store {

/// Names of the array and of the lists beside it.
[[nodiscard]] std::set<std::string> object_names(const block::HostSource& source);

/// The open array of one source of a host, and its description. Members throw StoreError.
class SourceReader {
 public:
  /// `description` holds the source's name; the rest is filled in.
  SourceReader(const ObjectRef& host, std::uint64_t samples, block::HostSource& description);

  [[nodiscard]] std::uint64_t rows() const noexcept { return flat_ ? 1 : dataset_.shape[1]; }
  [[nodiscard]] std::uint64_t fields() const noexcept { return dataset_.shape.back(); }

  /// Reads the rows and fields of `where`, which must lie in the array.
  void read(const ObjectRef& host, const RowRange& samples, const CellBlock& where,
            std::vector<std::int64_t>& values) const;

 private:
  std::string name_;
  ValueType type_ = ValueType::integer;
  bool flat_ = true;
  OpenDataset dataset_;
};

}  // namespace tscollect::store
