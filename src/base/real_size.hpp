#pragma once

#include <cstdint>

namespace tscollect::base {

/// Bytes that the open file takes on the disk, at most its size. Holes, which can be as large as
/// anybody likes, do not count. 0 where it cannot be asked.
[[nodiscard]] std::uint64_t real_bytes(int descriptor);

}  // namespace tscollect::base
