#pragma once

#include <array>
#include <csignal>
#include <string>

namespace tscollect::run {

/// State that this process was started with, to be restored for the command: ignored and blocked
/// signals, and closed standard streams.
class Inherited {
 public:
  /// Call it before anything changes.
  [[nodiscard]] static Inherited save();

  [[nodiscard]] bool ignores(int signal) const;

  /// In a child process: restores the saved state.
  void restore() const;

 private:
  static constexpr int signals = 65;
  std::array<bool, signals> ignored_{};
  sigset_t mask_{};
  std::array<bool, 3> closed_{};
};

/// In this process: enables SIGCHLD even if the parent ignored it, and ignores SIGPIPE. Blocks all
/// signals that request something, for a signalfd.
void take_signals();

/// In a child process: sets every signal to its default, unblocked.
void set_default_signals();

/// The signals blocked by take_signals().
[[nodiscard]] sigset_t taken_signals();

}  // namespace tscollect::run
