#include "sampling/ticker.hpp"

#include <algorithm>

namespace tscollect::sampling {

[[gnu::hot]] std::int64_t Ticker::take(MonoTime now) {
  const std::int64_t current = std::max<std::int64_t>((now - grid_.zero) / grid_.interval, next_);
  missed_ += current - next_;
  next_ = current + 1;
  return current;
}

std::int64_t Ticker::take_last(MonoTime now) {
  // The next tick on the grid, or one that is due right now.
  if (now >= next_due()) return take(now);
  return next_++;
}

}  // namespace tscollect::sampling
