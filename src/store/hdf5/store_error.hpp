#pragma once

#include "base/file_place.hpp"

namespace tscollect::store {

/// The output could not be written or read; the message names the file and carries HDF5's or the
/// system's own reason.
using StoreError = record::FileError;

}  // namespace tscollect::store
