#pragma once

#include "gather/mailbox.hpp"

#include <chrono>
#include <functional>

namespace tscollect::app {

/// How often those who wait for a rank that works hear from it, at least: they give up after a
/// --timeout, or a few, without a word.
[[nodiscard]] std::chrono::nanoseconds patience_pause(std::chrono::nanoseconds timeout);

/// At a host: does `work`, which may take long, aside (see work_aside()), and tells rank 0
/// meanwhile that it goes on. Throws what `work` throws.
void work_patiently(gather::Mailbox& mailbox, std::chrono::nanoseconds timeout,
                    const std::function<void()>& work);

/// At rank 0: whether any host has said so since the last look.
[[nodiscard]] bool somebody_works(gather::Mailbox& mailbox);

}  // namespace tscollect::app
