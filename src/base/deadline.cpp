#include "base/deadline.hpp"

#include <algorithm>

namespace tscollect::base {

namespace {

/// After a suspension most of the time is left, even for a short wait.
constexpr int least_steps = 4;

}  // namespace

Deadline::Deadline(std::chrono::nanoseconds allowed, MonoTime now) noexcept
    : allowed_(allowed), looked_(now) {}

void Deadline::restart(MonoTime now) noexcept {
  counted_ = {};
  looked_ = now;
}

bool Deadline::is_over(MonoTime now) noexcept {
  counted_ += std::min({now - looked_, longest_step, allowed_ / least_steps});
  looked_ = now;
  return counted_ >= allowed_;
}

}  // namespace tscollect::base
