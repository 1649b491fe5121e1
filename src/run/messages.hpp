#pragma once

#include "options/run_status.hpp"

#include <optional>
#include <string>
#include <string_view>

// What tscollect-run and the keeper of its collector tell each other, over a socket that keeps
// messages apart.

namespace tscollect::run {

/// What became of the collector.
struct Outcome {
  options::RunStatus status;  ///< the last that rank 0 has told
  std::string launch_error;   ///< why the launcher could not be started
  int launcher_status = 0;    ///< as a shell has it
  bool was_ended = false;     ///< it did not stop in time
  std::string words;          ///< what the collector and its launcher said, the last of it
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

/// False if nobody is there any more.
bool post(int socket, MessageTag tag, std::string_view text = {});
/// The next message; nothing at the end.
[[nodiscard]] std::optional<KeeperMessage> take(int socket);

[[nodiscard]] std::string to_text(const Outcome& outcome);
[[nodiscard]] Outcome outcome_from(std::string_view text);

}  // namespace tscollect::run
