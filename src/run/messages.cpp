#include "run/messages.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <vector>

namespace tscollect::run {

namespace {

constexpr std::size_t longest_message = std::size_t{160} * 1024;
/// Twice that fits, with the status, even if JSON has six bytes for each.
constexpr std::size_t longest_words = std::size_t{12} * 1024;

/// The last lines that are not longer together; of a longer line its end.
std::string_view end_of(std::string_view words) {
  if (words.size() <= longest_words) return words;
  words.remove_prefix(words.size() - longest_words);
  const std::size_t line = words.find('\n');
  return line + 1 < words.size() ? words.substr(line + 1) : words;
}

}  // namespace

bool post(int socket, MessageTag tag, std::string_view text) {
  std::string packet(1, static_cast<char>(tag));
  packet += text.substr(0, longest_message - 1);
  ssize_t sent = 0;
  do sent = ::send(socket, packet.data(), packet.size(), MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

std::optional<KeeperMessage> take(int socket) {
  std::vector<char> packet(longest_message);
  ssize_t got = 0;
  // If the other end was closed with a message of ours unread, Linux reports a reset once, before
  // what the other process has still sent.
  do got = ::recv(socket, packet.data(), packet.size(), 0);
  while (got < 0 && (errno == EINTR || errno == ECONNRESET));
  if (got <= 0) return std::nullopt;
  return KeeperMessage{static_cast<MessageTag>(packet[0]),
                       std::string(packet.data() + 1, static_cast<std::size_t>(got) - 1)};
}

std::string to_text(const Outcome& outcome) {
  const nlohmann::json value = {{"status", options::status_json(outcome.status)},
                                {"launch_error", outcome.launch_error},
                                {"launcher_status", outcome.launcher_status},
                                {"first_end", outcome.first_end},
                                {"first_words", end_of(outcome.first_words)},
                                {"was_ended", outcome.was_ended},
                                {"words", end_of(outcome.words)}};
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<Outcome> outcome_from(std::string_view text) {
  Outcome outcome;
  const nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  if (auto status = options::status_from_json(value.at("status").get<std::string>()))
    outcome.status = std::move(*status);
  outcome.launch_error = value.at("launch_error").get<std::string>();
  outcome.launcher_status = value.at("launcher_status").get<int>();
  outcome.first_end = value.at("first_end").get<std::string>();
  outcome.first_words = value.at("first_words").get<std::string>();
  outcome.was_ended = value.at("was_ended").get<bool>();
  outcome.words = value.at("words").get<std::string>();
  return outcome;
}

}  // namespace tscollect::run
