// tscollect-mpi: one rank per node samples beside a benchmark; rank 0 writes one file.

#include "options/collect_options.hpp"
#include "collect/coordinator.hpp"
#include "collect/worker.hpp"
#include "collect/finish/final_message.hpp"
#include "collect/recover_job.hpp"
#include "collect/start/crash_note.hpp"
#include "gather/mailbox.hpp"
#include "gather/mpi_session.hpp"
#include "gather/node_leader.hpp"
#include "base/text/error_text.hpp"
#include "base/log.hpp"
#include "base/log_thread.hpp"
#include "sampling/event_wait.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>

namespace {

using namespace tscollect;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
using Preparation = void (*)(int, char**, char**);

/// Runs before the constructors of any library, MPI's included: until the stop signals are blocked
/// they end the process, and a launcher may send one as soon as the process exists.
[[gnu::section(".preinit_array"), gnu::used]] const Preparation block_signals_first =
    [](int /*argc*/, char** /*argv*/, char** /*environment*/) { sampling::block_stop_signals(); };
#endif

/// Every part of a journal stays open until the stop, and a run may have thousands.
void allow_many_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

base::ExitStatus take_part(gather::MpiSession& session, collect::CrashNote& crash_note,
                           const options::CollectOptions& options) {
  gather::Mailbox mailbox;
  const auto leaders = gather::find_node_leaders(session, !options.fake_hosts.empty());
  gather::MpiSession::is_up();
  crash_note.cancel();
  if (session.rank() == 0 && options.recover.asked)
    return collect::recover_from_nodes(mailbox, leaders, options);
  if (session.rank() == 0) {
    collect::Coordinator coordinator(mailbox, leaders, options);
    const auto status = coordinator.run();
    if (coordinator.somebody_is_silent() ||
        !collect::everybody_finishes(mailbox, session.size(), options.timeout))
      session.abort_at_end();
    else
      mailbox.drain();
    return status;
  }
  if (!leaders.leads) {
    const auto status = collect::run_idle(mailbox, options);
    collect::finish_together(mailbox);
    return status;
  }
  if (options.recover.asked) {
    collect::serve_recovery(mailbox, options);
    return base::ExitStatus::complete;
  }
  const auto status = collect::run_worker(session, mailbox, options);
  collect::finish_together(mailbox);
  if (status == base::ExitStatus::complete) mailbox.drain();
  return status;
}

[[noreturn]] void give_up(const std::exception& error) {
  base::log("tscollect-mpi: internal error: {}\n", error_text(error));
  gather::abort_job(base::to_int(base::ExitStatus::internal_error));
}

/// Registered before everything else, so that it is called last. Ends without the destructors of
/// static objects: threads that were given up, as a read of theirs does not return, may go on and
/// use them.
extern "C" void end_at_last(int exit_status, void* /*unused*/) { std::_Exit(exit_status); }

/// By exit(), as MPICH from 4.2 on has a function called there that tells its launcher of the end.
/// Without it Hydra takes the first rank that ends for one that has crashed, kills the others, and
/// has status 0.
[[noreturn]] void leave(int exit_status) {
  base::flush_log(base::log_flush_time);
  std::fflush(stdout);
  std::exit(exit_status);
}

base::ExitStatus run_collector(const options::CollectOptions& options) {
  collect::CrashNote crash_note(options.status_file);
  gather::MpiSession session;
  try {
    const auto status = take_part(session, crash_note, options);
    gather::MpiSession::set_exit_status(base::to_int(status));
    return status;
  } catch (const std::exception& error) {
    // Before MpiSession is destroyed: MPI_Finalize would wait for the other ranks, which do not
    // know of the error.
    give_up(error);
  }
}

}  // namespace

int main(int argc, char** argv) {
  ::on_exit(end_at_last, nullptr);
  try {
    base::open_standard_streams();
    // Before MPI starts threads, so that only the Waiter receives these signals.
    sampling::block_stop_signals();
    if (gather::started_by_launcher()) sampling::stop_with_parent();
    std::signal(SIGPIPE, SIG_IGN);
    // Makes a file that reaches `ulimit -f` an error like a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    allow_many_files();
    base::start_log_thread();
    const bool prints = gather::rank_from_environment() == 0;
    const auto parsed = options::parse_collect_options(argc, argv, prints);
    if (!parsed.options) {
      // The launcher kills the job when the first rank exits with an error: the rank that prints
      // the error should be the first.
      if (!prints && parsed.exit_status != 0) sampling::nap(std::chrono::seconds(1));
      leave(parsed.exit_status);
    }
    leave(base::to_int(run_collector(*parsed.options)));
  } catch (const gather::MpiError& error) {
    base::log("tscollect-mpi: {}\n", error.what());
    gather::abort_job(base::to_int(base::ExitStatus::internal_error));
  } catch (const std::exception& error) {
    give_up(error);
  }
}
