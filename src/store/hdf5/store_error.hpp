#pragma once

#include "base/files/file_place.hpp"

namespace tscollect::store {

/// The output could not be written or read. The message names the file and has HDF5's or the
/// system's reason.
using StoreError = base::FileError;

/// An HDF5 file that tscollect did not write, or with a schema that this build does not support.
class ForeignFile : public StoreError {
 public:
  using StoreError::StoreError;
};

}  // namespace tscollect::store
