#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace tscollect::store {

/// Writes datasets of variable-length UTF-8 strings (fixed-length ones crash netCDF-C) and stores
/// each distinct string once in the file's global heap. HDF5 itself would store "count" and
/// "counter" again for every field, at 40 bytes each: more than the names. The elements of such a
/// dataset are references into the heap. They may share a string as long as none is overwritten in
/// place, and a finished file is never modified.
class StringPool {
 public:
  /// `file`: an open file, which must outlive the pool.
  explicit StringPool(const ObjectRef& file) : file_(file) {}

  /// Creates the one-dimensional dataset `name` in `parent`.
  DatasetHandle write(const ObjectRef& parent, const char* name,
                      std::span<const std::string> texts);

 private:
  /// A variable-length element in the file: length, address of the heap, index in it.
  using Reference = std::array<std::byte, 16>;

  void add(const std::vector<std::string>& texts);
  /// Empty if this HDF5 stores references in another form: then strings are written through HDF5.
  std::vector<Reference> references(std::span<const std::string> texts);

  ObjectRef file_;
  std::map<std::string, Reference, std::less<>> known_;
  bool form_is_known_ = true;
};

}  // namespace tscollect::store
