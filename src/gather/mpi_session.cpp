#include "gather/mpi_session.hpp"

#include "base/log_thread.hpp"
#include "sampling/event_wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <poll.h>
#include <cstdlib>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace tscollect::gather {

namespace {

constexpr std::array rank_variables = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK",
                                       "SLURM_PROCID"};

constexpr std::chrono::nanoseconds abort_delay = std::chrono::milliseconds(300);

// The time limit counts timer ticks: a suspension of any length counts as one.
volatile std::sig_atomic_t steps_left = 0;
volatile std::sig_atomic_t seconds_a_step = 1;

bool is_last_step() noexcept {
  steps_left = steps_left - 1;
  if (steps_left <= 0) return true;
  ::alarm(static_cast<unsigned>(seconds_a_step));
  return false;
}

void set_alarm(unsigned seconds, void (*when_over)(int)) {
  constexpr unsigned steps = 10;
  std::signal(SIGALRM, when_over);
  steps_left = steps;
  seconds_a_step = static_cast<int>(seconds / steps);
  ::alarm(seconds / steps);
}

volatile std::sig_atomic_t status_when_stuck = 70;

extern "C" void leave_when_stuck(int /*signal*/) {
  if (is_last_step()) ::_exit(status_when_stuck);
}

constexpr std::string_view message_when_not_up =
    "tscollect-mpi: MPI did not come up, perhaps because a rank has died; giving up\n";

extern "C" void leave_when_not_up(int /*signal*/) {
  if (!is_last_step()) return;
  // Only if there is room: a full pipe must not block the process that the alarm is to end.
  pollfd room{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&room, 1, 0) == 1)
    static_cast<void>(
        !::write(STDERR_FILENO, message_when_not_up.data(), message_when_not_up.size()));
  ::_exit(MpiSession::status_when_not_up);
}

// Threads in which MPI libraries make progress in the background. A benchmark may have enabled them
// in the environment. A rank that sleeps between ticks does not need them, and Omni-Path's wakes a
// hundred times per second. The change affects only this process.
constexpr std::array<const char*, 6> progress_threads = {
    "PSM2_RCVTHREAD",       "PSM3_RCVTHREAD",       "MPIR_CVAR_ASYNC_PROGRESS",
    "MPICH_ASYNC_PROGRESS", "I_MPI_ASYNC_PROGRESS", "OMPI_MCA_btl_tcp_progress_thread"};

void quiet_progress_threads() {
  for (const char* variable : progress_threads) ::setenv(variable, "0", 1);
}

// Open MPI 5 ends every rank when a connection to another one closes, unless its fault tolerance is
// on. 4.1 goes on, and knows no such parameter.
void outlive_other_ranks() {
  constexpr int keep_the_users = 0;
  ::setenv("OMPI_MCA_mpi_ft_enable", "1", keep_the_users);
}

}  // namespace

void check_mpi(int code, const char* where) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw MpiError(fmt::format("MPI: {} (in {})", text.data(), where));
}

MpiSession::MpiSession() {
  quiet_progress_threads();
  outlive_other_ranks();
  set_alarm(start_limit_seconds, leave_when_not_up);
  int provided = 0;
  check_mpi(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided));
  if (provided < MPI_THREAD_FUNNELED)
    throw MpiError(
        "this MPI does not support programs with threads (MPI_Init_thread provides less than "
        "MPI_THREAD_FUNNELED), and tscollect-mpi has some; use an MPI that was built with thread "
        "support");
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  check_mpi(MPI_Comm_rank(MPI_COMM_WORLD, &rank_));
  check_mpi(MPI_Comm_size(MPI_COMM_WORLD, &size_));
}

MpiSession::~MpiSession() {
  set_alarm(finalize_limit_seconds, leave_when_stuck);
  if (abort_at_end_) {
    // Gives the last messages in both directions time to arrive.
    sampling::nap(abort_delay);
    base::flush_log(base::log_flush_time);
    MPI_Abort(MPI_COMM_WORLD, status_when_stuck);
  }
  MPI_Finalize();
  // For exit(), which calls functions of the MPI library.
  set_alarm(finalize_limit_seconds, leave_when_stuck);
}

void MpiSession::is_up() noexcept {
  ::alarm(0);
  // SIGALRM from a user must not end the process.
  std::signal(SIGALRM, SIG_IGN);
}

void MpiSession::set_exit_status(int status) noexcept { status_when_stuck = status; }

void abort_job(int status) {
  int initialized = 0;
  int finalized = 0;
  MPI_Initialized(&initialized);
  MPI_Finalized(&finalized);
  base::flush_log(base::log_flush_time);
  MpiSession::set_exit_status(status);
  set_alarm(MpiSession::finalize_limit_seconds, leave_when_stuck);
  if (initialized != 0 && finalized == 0) MPI_Abort(MPI_COMM_WORLD, status);
  std::exit(status);
}

bool started_by_launcher() {
  return std::ranges::any_of(rank_variables,
                             [](const char* name) { return std::getenv(name) != nullptr; });
}

int rank_from_environment() {
  for (const char* name : rank_variables) {
    const char* text = std::getenv(name);
    if (text == nullptr) continue;
    const std::string_view digits(text);
    int rank = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), rank).ec == std::errc{})
      return rank;
  }
  return 0;
}

Communicator::Communicator(Communicator&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_COMM_NULL)) {}

Communicator& Communicator::operator=(Communicator&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

Communicator::~Communicator() {
  if (handle_ != MPI_COMM_NULL) MPI_Comm_free(&handle_);
}

}  // namespace tscollect::gather
