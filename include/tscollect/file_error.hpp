#pragma once

#include <tscollect/export.hpp>

#include <stdexcept>

namespace tscollect {

/// A file could not be created, written or read. The message names the file and the reason.
class TSCOLLECT_EXPORT FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tscollect
