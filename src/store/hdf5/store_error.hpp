#pragma once

#include <stdexcept>

namespace tscollect::store {

/// The output could not be written or read; the message names the file and carries HDF5's or the
/// system's own reason.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tscollect::store
