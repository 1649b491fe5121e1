#pragma once

#include "gather/mailbox.hpp"

#include <chrono>

namespace tscollect::collect {

/// At every other rank: the last word to rank 0, before MPI_Finalize.
void finish_together(gather::Mailbox& mailbox);

/// At rank 0: whether each of the other ranks said so within `timeout`. One that did not is dead,
/// stopped or cut off, and MPI_Finalize would wait for it.
[[nodiscard]] bool everybody_finishes(gather::Mailbox& mailbox, int ranks,
                                      std::chrono::nanoseconds timeout);

}  // namespace tscollect::collect
