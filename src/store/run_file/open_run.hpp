#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <string>
#include <string_view>

namespace tscollect::store {

/// Opens an HDF5 file for reading. Throws StoreError.
[[nodiscard]] FileHandle open_run(const std::string& name);

/// The schema of the open file `root`: "1.2". Throws ForeignFile if it has none, or another major
/// version. Newer minor versions only add objects and can be read.
[[nodiscard]] std::string read_schema(const ObjectRef& root);

/// Whether the schema has a newer minor version than this build's.
[[nodiscard]] bool is_newer_schema(std::string_view schema);

}  // namespace tscollect::store
