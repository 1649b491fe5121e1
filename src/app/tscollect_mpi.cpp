// tscollect-mpi: one rank per node samples beside a benchmark; rank 0 writes one file.

#include "app/collect_options.hpp"
#include "app/coordinator.hpp"
#include "app/member.hpp"
#include "app/recover_job.hpp"
#include "gather/mailbox.hpp"
#include "gather/mpi_session.hpp"
#include "gather/node_leader.hpp"
#include "record/tell.hpp"
#include "record/waiter.hpp"

#include <fmt/format.h>

#include <csignal>

namespace {

using namespace tscollect;

app::ExitStatus collect(const app::CollectOptions& options) {
  gather::MpiSession session;
  gather::Mailbox mailbox;
  const auto leaders = gather::find_node_leaders(session, !options.posed_hosts.empty());
  gather::MpiSession::is_up();
  app::ExitStatus status = app::ExitStatus::complete;
  if (options.recover.asked && session.rank() == 0) {
    status = app::recover_from_nodes(mailbox, leaders, options);
  } else if (options.recover.asked && leaders.leads) {
    app::serve_recovery(mailbox, options);
  } else if (session.rank() == 0) {
    app::Coordinator coordinator(mailbox, leaders, options);
    status = coordinator.run();
    if (coordinator.somebody_is_silent())
      session.abort_at_end();
    else
      mailbox.drain();
  } else if (leaders.leads) {
    status = app::run_member(session, mailbox, options);
    if (status == app::ExitStatus::complete) mailbox.drain();
  } else {
    status = app::run_idle(mailbox, options);
  }
  gather::MpiSession::set_exit_status(app::to_int(status));
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    // Before MPI starts threads, so that signals reach the one place that waits for them.
    record::block_stop_signals();
    if (gather::started_by_launcher()) record::heed_parent();
    std::signal(SIGPIPE, SIG_IGN);
    // A file beyond `ulimit -f` is an error like a full disk, not the end.
    std::signal(SIGXFSZ, SIG_IGN);
    const bool speaks = gather::rank_from_environment() == 0;
    const auto parsed = app::parse_collect_options(argc, argv, speaks);
    if (!parsed.options) {
      // The launcher kills the job when the first rank leaves with an error: let the one that
      // explains it be the first.
      if (!speaks && parsed.exit_status != 0) record::nap(std::chrono::seconds(1));
      return parsed.exit_status;
    }
    return app::to_int(collect(*parsed.options));
  } catch (const std::exception& fault) {
    record::tell("tscollect-mpi: internal error: {}\n", fault.what());
    gather::abort_job(app::to_int(app::ExitStatus::internal_error));
  }
}
