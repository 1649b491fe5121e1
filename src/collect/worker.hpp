#pragma once

#include "options/collect_options.hpp"
#include "base/exit_status.hpp"
#include "gather/mailbox.hpp"
#include "gather/mpi_session.hpp"

namespace tscollect::collect {

/// The part of every sampling host but rank 0's: says hello, samples from the agreed start until
/// told to stop (or having told rank 0), then hands over its block when asked. If rank 0 has died
/// or been stopped, the journal stays, and the job is ended.
base::ExitStatus run_worker(gather::MpiSession& session, gather::Mailbox& mailbox,
                            const options::CollectOptions& options);

/// The part of a rank that does not sample because another one on its node does: asleep until the
/// job ends, or rank 0 has fallen silent after the stop, apart from passing on a signal that only
/// it has seen.
base::ExitStatus run_idle(gather::Mailbox& mailbox, const options::CollectOptions& options);

}  // namespace tscollect::collect
