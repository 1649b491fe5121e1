#include "collect/start/crash_note.hpp"

#include "base/process/host_name.hpp"
#include "base/files/prepared_file.hpp"
#include "options/run_status.hpp"

#include <tscollect/time.hpp>
#include <tscollect/version.hpp>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <execinfo.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace tscollect::collect {

namespace {

constexpr std::array crash_signals = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

/// What the handler needs, prepared before a crash.
struct Prepared {
  base::PreparedFile file;
  std::array<struct sigaction, crash_signals.size()> earlier{};
};

Prepared& prepared() {
  static Prepared instance;
  return instance;
}

extern "C" void note_crash(int signal, siginfo_t* info, void* context);

/// Not where a library has set a handler of its own meanwhile.
void give_back(const Prepared& note) noexcept {
  for (std::size_t i = 0; i < crash_signals.size(); ++i) {
    struct sigaction present {};
    if (::sigaction(crash_signals[i], nullptr, &present) == 0 && present.sa_sigaction == note_crash)
      ::sigaction(crash_signals[i], &note.earlier[i], nullptr);
  }
}

/// Open MPI prints one only if it finds no handler.
void print_trace() noexcept {
  std::array<void*, 64> frames{};
  ::backtrace_symbols_fd(frames.data(), ::backtrace(frames.data(), frames.size()), STDERR_FILENO);
}

extern "C" void note_crash(int signal, siginfo_t* info, void* /*context*/) {
  const int error = errno;
  prepared().file.replace();
  give_back(prepared());
  print_trace();
  // A fault happens again on return; a signal that was sent does not.
  if (info->si_code <= 0) ::raise(signal);
  errno = error;
}

}  // namespace

CrashNote::CrashNote(const std::filesystem::path& status_file) {
  if (status_file.empty()) return;
  options::RunStatus status;
  status.state = options::RunState::crashed;
  status.updated = format_timestamp(wall_now());
  status.version = version;
  status.host = base::this_host();
  status.pid = ::getpid();
  status.error = fmt::format("a rank on {} crashed while MPI started", status.host);
  Prepared& note = prepared();
  note.file = base::PreparedFile(status_file, options::status_json(status));
  std::array<void*, 1> frame{};
  ::backtrace(frame.data(), frame.size());  // loads what it needs, which a handler may not
  struct sigaction action {};
  action.sa_sigaction = note_crash;
  action.sa_flags = SA_SIGINFO;
  for (std::size_t i = 0; i < crash_signals.size(); ++i)
    if (::sigaction(crash_signals[i], &action, &note.earlier[i]) != 0)
      throw std::system_error(errno, std::generic_category(), "sigaction");
}

// The object's state is where the handler finds it.
// NOLINTNEXTLINE(readability-convert-member-functions-to-static)
void CrashNote::cancel() noexcept {
  Prepared& note = prepared();
  if (note.file.is_empty()) return;
  give_back(note);
  note.file = {};
}

}  // namespace tscollect::collect
