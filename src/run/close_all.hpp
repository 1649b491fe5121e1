#pragma once

#include <vector>

namespace tscollect::run {

/// Closes every descriptor from `first` on, except those of `kept`.
void close_all_but(std::vector<int> kept, int first);

}  // namespace tscollect::run
