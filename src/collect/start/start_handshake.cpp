#include "collect/start/start_handshake.hpp"

#include "collect/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tscollect::collect {

void StartHandshake::take_hellos() {
  while (const auto message = mailbox_.take(gather::Tag::hello)) {
    KnownHost& host = hosts_[message->source];
    auto hello = decode_hello(message->text);
    host.answered = true;
    if (!hello) {
      host.unreadable =
          fmt::format("its first message cannot be read ({}): is it of another version?",
                      hello.error().message);
      continue;
    }
    host.name = std::move(hello->hostname);
    host.node_name = std::move(hello->node_name);
    host.unreadable = std::move(hello->unreadable);
    host.abandoned_journals = std::move(hello->abandoned_journals);
    if (host.unreadable.empty()) clocks_.begin(message->source);
  }
}

void StartHandshake::look() {
  take_hellos();
  while (const auto compared = clocks_.advance())
    hosts_[compared->host].clocks_at_start = compared->offset;
}

bool StartHandshake::everybody_is_known() const {
  return std::ranges::all_of(hosts_, [](const auto& entry) { return entry.second.is_known(); });
}

}  // namespace tscollect::collect
