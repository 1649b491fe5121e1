#pragma once

#include <array>
#include <csignal>
#include <string>

namespace tscollect::run {

/// What this process was started with and the command is to be started with: which signals are
/// ignored and blocked, and which standard streams are closed.
class Inherited {
 public:
  /// To be called before anything changes.
  [[nodiscard]] static Inherited save();

  [[nodiscard]] bool ignores(int signal) const;

  /// In a child process: all as it was.
  void restore() const;

 private:
  static constexpr int signals = 65;
  std::array<bool, signals> ignored_{};
  sigset_t mask_{};
  std::array<bool, 3> closed_{};
};

/// In this process: SIGCHLD is heard whatever the parent did with it, and a reader that has gone is
/// an error and no death. Blocks every signal that asks for something, for a signalfd.
void take_signals();

/// In a child process: every signal as it is by default, none blocked.
void set_default_signals();

/// The signals that take_signals() blocks.
[[nodiscard]] sigset_t taken_signals();

/// "SIGINT"
[[nodiscard]] std::string signal_name(int signal);

}  // namespace tscollect::run
