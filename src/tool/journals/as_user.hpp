#pragma once

#include <tscollect/result.hpp>

#include <sys/types.h>

namespace tscollect::tool {

/// Gives up root's rights for those of the user, for good: what that user's journals say, and where
/// they lie, can then lead to nothing that the user could not reach. Error: the system's.
[[nodiscard]] Result<void> act_as(uid_t user);

}  // namespace tscollect::tool
