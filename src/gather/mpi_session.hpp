#pragma once

#include <mpi.h>

#include <stdexcept>
#include <string>

namespace tscollect::gather {

/// An MPI call failed; carries MPI's own text and where it was called.
class MpiError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws MpiError unless `code` is MPI_SUCCESS.
void check_mpi(int code, const char* where = __builtin_FUNCTION());

/// MPI from initialization to finalization; the first object in main, so that it goes last.
class MpiSession {
 public:
  /// Until is_up() MPI is given `start_limit_seconds`: where the death of one rank does not end the
  /// others they would wait for it in MPI_Init or a collective call, each with a core of its own.
  MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;
  /// Finalizes. MPI_Finalize waits for every rank and has been seen not to return when one has
  /// died: after `finalize_limit_seconds` the process leaves with the status set below.
  ~MpiSession();

  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int size() const noexcept { return size_; }

  /// The collective calls at the start are done.
  static void is_up() noexcept;

  /// The status with which the process leaves if MPI_Finalize does not return.
  static void set_exit_status(int status) noexcept;

  /// Some rank does not answer any more, and MPI_Finalize would wait for it: end the whole job with
  /// the exit status instead, so that nothing stays behind and the launcher passes it on.
  void abort_at_end() noexcept { abort_at_end_ = true; }

  static constexpr unsigned start_limit_seconds = 300;
  static constexpr int status_when_not_up = 5;
  static constexpr unsigned finalize_limit_seconds = 10;

 private:
  bool abort_at_end_ = false;
  int rank_ = 0;
  int size_ = 1;
};

/// Ends the whole job at once, for errors that leave no other way. Only main calls it.
[[noreturn]] void abort_job(int status);

/// Whether a launcher started this process, going by the environment that it made.
[[nodiscard]] bool started_by_launcher();

/// This process's rank as the launcher's environment has it, before MPI is up; 0 if it does not
/// say.
[[nodiscard]] int rank_from_environment();

/// Owns a communicator that was split or duplicated.
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
