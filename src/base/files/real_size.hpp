#pragma once

#include <cstdint>

namespace tscollect::base {

/// Bytes that the open file takes on disk, at most its size. Holes, which can have any size, do not
/// count. 0 if unknown.
[[nodiscard]] std::uint64_t real_bytes(int descriptor);

}  // namespace tscollect::base
