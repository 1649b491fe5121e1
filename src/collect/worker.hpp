#pragma once

#include "options/collect_options.hpp"
#include "base/exit_status.hpp"
#include "gather/mailbox.hpp"
#include "gather/mpi_session.hpp"

namespace tscollect::collect {

/// Runs a sampling host other than rank 0's: sends hello, samples from the agreed start until told
/// to stop (or until it has told rank 0), then sends its block when requested. If rank 0 has died
/// or is suspended, the journal is kept and the job is ended.
base::ExitStatus run_worker(gather::MpiSession& session, gather::Mailbox& mailbox,
                            const options::CollectOptions& options);

/// Runs a rank that does not sample because another one on its node does: sleeps until the job
/// ends, or until rank 0 is silent after the stop. It only passes on a signal that no other rank
/// has received.
base::ExitStatus run_idle(gather::Mailbox& mailbox, const options::CollectOptions& options);

}  // namespace tscollect::collect
