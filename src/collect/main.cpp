// tscollect-mpi: one rank per node samples beside a benchmark; rank 0 writes one file.

#include "options/collect_options.hpp"
#include "collect/coordinator.hpp"
#include "collect/worker.hpp"
#include "collect/farewell.hpp"
#include "collect/recover_job.hpp"
#include "gather/mailbox.hpp"
#include "gather/mpi_session.hpp"
#include "gather/node_leader.hpp"
#include "base/fault_words.hpp"
#include "base/log.hpp"
#include "base/log_thread.hpp"
#include "sampling/event_wait.hpp"

#include <fmt/format.h>

#include <csignal>
#include <sys/resource.h>

namespace {

using namespace tscollect;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
using Preparation = void (*)(int, char**, char**);

/// Before the constructors of any library, MPI's among them: until the stop signals are blocked one
/// of them ends the process, and a launcher may pass one on as soon as the process is there.
[[gnu::section(".preinit_array"), gnu::used]] const Preparation block_signals_first =
    [](int /*argc*/, char** /*argv*/, char** /*environment*/) { record::block_stop_signals(); };
#endif

/// Every part of a journal stays open until the stop, and a run may have thousands.
void allow_many_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

app::ExitStatus take_part(gather::MpiSession& session, const app::CollectOptions& options) {
  gather::Mailbox mailbox;
  const auto leaders = gather::find_node_leaders(session, !options.posed_hosts.empty());
  gather::MpiSession::is_up();
  if (session.rank() == 0 && options.recover.asked)
    return app::recover_from_nodes(mailbox, leaders, options);
  if (session.rank() == 0) {
    app::Coordinator coordinator(mailbox, leaders, options);
    const auto status = coordinator.run();
    if (coordinator.somebody_is_silent() ||
        !app::everybody_says_farewell(mailbox, session.size(), options.timeout))
      session.abort_at_end();
    else
      mailbox.drain();
    return status;
  }
  if (!leaders.leads) {
    const auto status = app::run_idle(mailbox, options);
    app::say_farewell(mailbox);
    return status;
  }
  if (options.recover.asked) {
    app::serve_recovery(mailbox, options);
    return app::ExitStatus::complete;
  }
  const auto status = app::run_member(session, mailbox, options);
  app::say_farewell(mailbox);
  if (status == app::ExitStatus::complete) mailbox.drain();
  return status;
}

[[noreturn]] void give_up(const std::exception& fault) {
  record::tell("tscollect-mpi: internal error: {}\n", fault_words(fault));
  gather::abort_job(app::to_int(app::ExitStatus::internal_error));
}

app::ExitStatus collect(const app::CollectOptions& options) {
  gather::MpiSession session;
  try {
    const auto status = take_part(session, options);
    gather::MpiSession::set_exit_status(app::to_int(status));
    return status;
  } catch (const std::exception& fault) {
    // While the session lives: its end would wait for the other ranks, which know nothing of it.
    give_up(fault);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    record::open_standard_streams();
    // Before MPI starts threads, so that signals reach the one place that waits for them.
    record::block_stop_signals();
    if (gather::started_by_launcher()) record::heed_parent();
    std::signal(SIGPIPE, SIG_IGN);
    // A file beyond `ulimit -f` is an error like a full disk, not the end.
    std::signal(SIGXFSZ, SIG_IGN);
    allow_many_files();
    record::start_log_thread();
    const bool speaks = gather::rank_from_environment() == 0;
    const auto parsed = app::parse_collect_options(argc, argv, speaks);
    if (!parsed.options) {
      // The launcher kills the job when the first rank leaves with an error: let the one that
      // explains it be the first.
      if (!speaks && parsed.exit_status != 0) record::nap(std::chrono::seconds(1));
      record::flush_log(record::last_words_time);
      return parsed.exit_status;
    }
    const auto status = collect(*parsed.options);
    record::flush_log(record::last_words_time);
    return app::to_int(status);
  } catch (const gather::MpiError& fault) {
    record::tell("tscollect-mpi: {}\n", fault.what());
    gather::abort_job(app::to_int(app::ExitStatus::internal_error));
  } catch (const std::exception& fault) {
    give_up(fault);
  }
}
