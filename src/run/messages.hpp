#pragma once

#include "options/run_status.hpp"

#include <optional>
#include <string>
#include <string_view>

// Messages between tscollect-run and its keeper, over a socket that preserves message boundaries.

namespace tscollect::run {

/// The outcome of the collector.
struct Outcome {
  options::RunStatus status;  ///< the last status of rank 0
  std::string launch_error;   ///< why the launcher could not be started
  int launcher_status = 0;    ///< as in a shell
  std::string first_end;      ///< how the first start ended, if there was a second one
  std::string first_words;    ///< the output then
  bool was_ended = false;     ///< it did not stop in time, and was ended
  std::string words;          ///< the last output of the collector and its launcher
};

enum class MessageTag : char {
  // to the keeper
  begin = 'b',    ///< the command begins: a line for the marks
  end = 'e',      ///< it has ended: likewise; the collector is to stop
  stop = 's',     ///< the collector is to stop
  give_up = 'g',  ///< and not to write any more
  // from the keeper
  ready = 'r',
  over = 'o',  ///< Outcome
};

struct KeeperMessage {
  MessageTag tag{};
  std::string text;
};

/// False if the other process has ended.
bool post(int socket, MessageTag tag, std::string_view text = {});
/// The next message; nothing if the other process has ended.
[[nodiscard]] std::optional<KeeperMessage> take(int socket);

[[nodiscard]] std::string to_text(const Outcome& outcome);
/// Nothing if it is not whole.
[[nodiscard]] std::optional<Outcome> outcome_from(std::string_view text);

}  // namespace tscollect::run
