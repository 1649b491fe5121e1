#include "app/known_host.hpp"

#include "app/protocol.hpp"

namespace tscollect::app {

void take_ready(gather::Mailbox& mailbox, KnownHosts& hosts) {
  while (const auto message = mailbox.take(gather::Tag::ready)) {
    KnownHost& host = hosts[message->source];
    host.ready = true;
    auto ready = decode_ready(message->text);
    if (!ready) continue;
    host.journal = std::move(ready->journal);
    host.journal_fault = std::move(ready->journal_fault);
  }
}

}  // namespace tscollect::app
