#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <string>
#include <string_view>

namespace tscollect::store {

/// Opens an HDF5 file for reading. Throws StoreError.
[[nodiscard]] FileHandle open_run(const std::string& name);

/// The schema of the open file `root`: "1.2". Throws ForeignFile if it has none, or one of another
/// major version: minor versions only add, so a newer one can be read, too.
[[nodiscard]] std::string read_schema(const ObjectRef& root);

/// Whether the schema is of a later minor version than that of this build.
[[nodiscard]] bool is_newer_schema(std::string_view schema);

}  // namespace tscollect::store
