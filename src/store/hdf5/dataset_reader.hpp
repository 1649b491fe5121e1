#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <tscollect/source.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace tscollect::store {

// The file is untrusted. Soft and external links, storage outside the file, wrong types and ranks,
// and sizes that the file cannot hold are StoreErrors, before anything is allocated.

/// An open dataset of 64-bit elements or strings, with the results of its checks.
struct OpenDataset {
  DatasetHandle handle;
  std::vector<std::uint64_t> shape;
  std::uint64_t count = 0;  ///< number of elements: the product of `shape`
};

/// A range along the first dimension (samples, in a host's arrays); limited to its length.
struct RowRange {
  std::uint64_t first = 0;
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();

  [[nodiscard]] RowRange within(std::uint64_t rows) const noexcept {
    const std::uint64_t begin = std::min(first, rows);
    return {begin, std::min(count, rows - begin)};
  }
};

/// Throws unless `parent` has a hard link `name`.
void check_link(const ObjectRef& parent, const std::string& name);
[[nodiscard]] bool has_link(const ObjectRef& parent, const std::string& name);

[[nodiscard]] GroupHandle open_group(const ObjectRef& parent, const std::string& name);

/// `type_class`: H5T_INTEGER, H5T_FLOAT (64 bits wide both) or H5T_STRING (variable).
[[nodiscard]] OpenDataset open_dataset(const ObjectRef& parent, const std::string& name,
                                       H5T_class_t type_class, std::size_t rank);

/// Whether the dataset `name` holds integers or reals; throws if neither.
[[nodiscard]] ValueType value_type_of(const ObjectRef& parent, const std::string& name);

[[nodiscard]] bool holds_strings(const ObjectRef& parent, const std::string& name);

/// A box of an array: begin and length along each dimension.
struct Box {
  std::vector<std::uint64_t> start;
  std::vector<std::uint64_t> extent;
};

/// Replaces `values` by the elements of a box, row-major; reals as the bits of their double. The
/// box must lie in the array.
void read_box(const ObjectRef& parent, const std::string& name, const OpenDataset& dataset,
              ValueType type, const Box& box, std::vector<std::int64_t>& values);

/// Reads a one-dimensional list.
[[nodiscard]] std::vector<std::int64_t> read_list(const ObjectRef& parent, const std::string& name);
[[nodiscard]] std::vector<std::string> read_strings(const ObjectRef& parent,
                                                    const std::string& name);

/// Throws unless the list of `found` elements has the expected length.
void check_length(const ObjectRef& parent, const std::string& name, std::size_t found,
                  std::size_t wanted);

}  // namespace tscollect::store
