#pragma once

#include "base/file_place.hpp"

namespace tscollect::store {

/// The output could not be written or read; the message names the file and carries HDF5's or the
/// system's own reason.
using StoreError = base::FileError;

/// An HDF5 file that tscollect did not write, or of a schema that this build does not know.
class ForeignFile : public StoreError {
 public:
  using StoreError::StoreError;
};

}  // namespace tscollect::store
