#include "collect/hosts/known_host.hpp"

#include "collect/protocol.hpp"
#include "base/log.hpp"
#include "base/text/name_list.hpp"

#include <fmt/format.h>

#include <string_view>

namespace tscollect::collect {

void take_ready(gather::Mailbox& mailbox, KnownHosts& hosts) {
  while (const auto message = mailbox.take(gather::Tag::ready)) {
    KnownHost& host = hosts[message->source];
    host.ready = true;
    auto ready = decode_ready(message->text);
    if (!ready) continue;
    host.journal = std::move(ready->journal);
    host.journal_error = std::move(ready->journal_error);
    host.refused = std::move(ready->refused);
  }
}

void log_refusals(const KnownHosts& hosts) {
  std::map<std::string, std::vector<std::string>> names;
  for (const auto& [rank, host] : hosts)
    for (const std::string& refusal : host.refused) names[refusal].push_back(host.name);
  for (const auto& [refusal, where] : names)
    base::log("tscollect-mpi: {} (on {})\n", refusal, base::name_list(where, 1));
}

}  // namespace tscollect::collect
