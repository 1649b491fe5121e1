#pragma once

#include "gather/mailbox.hpp"
#include "gather/mpi_session.hpp"

namespace tscollect::test {

/// The session of this test program (support/mpi_main.cpp).
[[nodiscard]] const gather::MpiSession& session();

/// Longer than any message takes on a machine that is busy with something else.
[[nodiscard]] inline base::Deadline soon() { return base::Deadline(std::chrono::seconds(30)); }

}  // namespace tscollect::test
