#pragma once

#include <mpi.h>

#include <stdexcept>
#include <string>

namespace tscollect::gather {

/// An MPI call failed. The message has MPI's own text and the place of the call.
class MpiError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws MpiError unless `code` is MPI_SUCCESS.
void check_mpi(int code, const char* where = __builtin_FUNCTION());

/// Initializes and finalizes MPI. Must be the first object in main, so that it is destroyed last.
class MpiSession {
 public:
  /// Until is_up(), MPI has `start_limit_seconds`. After that the process exits: if one rank has
  /// died and the MPI library does not end the others, they would wait in MPI_Init or a collective
  /// call, each using a whole core.
  MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;
  /// Calls MPI_Finalize, which waits for every rank and may not return when one has died: after
  /// `finalize_limit_seconds` the process exits with the status set below. It has as long again for
  /// what is left to do, exit() above all, which calls functions of the MPI library.
  ~MpiSession();

  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int size() const noexcept { return size_; }

  /// To be called when the collective calls at the start are done.
  static void is_up() noexcept;

  /// Exit status for the case that MPI_Finalize or exit() does not return.
  static void set_exit_status(int status) noexcept;

  /// A rank no longer responds, and MPI_Finalize would wait for it: ends the whole job by MPI_Abort
  /// with the exit status instead, so that no process remains and the launcher returns the status.
  void abort_at_end() noexcept { abort_at_end_ = true; }

  static constexpr unsigned start_limit_seconds = 300;
  static constexpr int status_when_not_up = 5;
  static constexpr unsigned finalize_limit_seconds = 10;

 private:
  bool abort_at_end_ = false;
  int rank_ = 0;
  int size_ = 1;
};

/// Ends the whole job at once, for errors that cannot be handled. Only main calls it.
[[noreturn]] void abort_job(int status);

/// Whether a launcher started this process, according to its environment variables.
[[nodiscard]] bool started_by_launcher();

/// This process's rank from the launcher's environment variables, before MPI_Init; 0 if unknown.
[[nodiscard]] int rank_from_environment();

/// Owns a communicator created by a split or duplication.
class Communicator {
 public:
  Communicator() = default;
  explicit Communicator(MPI_Comm handle) noexcept : handle_(handle) {}
  Communicator(Communicator&& other) noexcept;
  Communicator& operator=(Communicator&& other) noexcept;
  ~Communicator();
  [[nodiscard]] MPI_Comm get() const noexcept { return handle_; }

 private:
  MPI_Comm handle_ = MPI_COMM_NULL;
};

}  // namespace tscollect::gather
