#pragma once

#include "block/run_info.hpp"
#include "store/hdf5/store_error.hpp"
#include "store/run_file/diagnostic.hpp"

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace tscollect::store {

// Checks the structure of a run's file against the layout: links, types, attributes, dimension
// scales, filters. The values in the arrays are not checked here. The file is untrusted.

/// Receives the current place of the check, which is reported if the HDF5 library crashes there.
using PlaceSink = std::function<void(std::string_view place)>;

/// Adds an error of the reader or of HDF5 as an error of `rule`, at the path in its message, or
/// else at `place`.
void add_store_error(std::string_view rule, std::string_view file, std::string_view place,
                     const StoreError& error, Diagnostics& diagnostics);

/// Checks the root group and returns the file's schema: "1.4". Throws ForeignFile, or StoreError if
/// HDF5 cannot open the file.
std::string check_root(const std::filesystem::path& path, Diagnostics& diagnostics);

/// Checks the groups of the hosts in the host table, and that there are no others. Throws like
/// check_root().
void check_hosts(const std::filesystem::path& path, std::span<const block::HostOutcome> hosts,
                 const PlaceSink& at, Diagnostics& diagnostics);

}  // namespace tscollect::store
