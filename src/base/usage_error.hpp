#pragma once

#include <stdexcept>

namespace tscollect::base {

/// The command line asks for something that cannot be, or names a file that does not exist or
/// cannot be read: ExitStatus::usage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tscollect::base
