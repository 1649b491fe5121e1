#pragma once

#include <stdexcept>

namespace tscollect::base {

/// An error in the command line, or a named file that does not exist or cannot be read:
/// ExitStatus::usage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tscollect::base
