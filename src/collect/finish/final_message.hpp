#pragma once

#include "gather/mailbox.hpp"

#include <chrono>

namespace tscollect::collect {

/// At every other rank: sends the last message to rank 0, before MPI_Finalize.
void finish_together(gather::Mailbox& mailbox);

/// At rank 0: whether each of the other ranks sent its last message within `timeout`. A rank that
/// did not is dead, suspended or disconnected, and MPI_Finalize would wait for it.
[[nodiscard]] bool everybody_finishes(gather::Mailbox& mailbox, int ranks,
                                      std::chrono::nanoseconds timeout);

}  // namespace tscollect::collect
