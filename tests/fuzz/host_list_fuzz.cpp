// Any text taken for a list of hosts must be refused or give names, each once and none empty, and
// no more than there may be. The first byte says which form it is taken for.
#include "options/host_list.hpp"
#include "fuzz/allowance.hpp"
#include "fuzz/fuzz.hpp"

#include <set>
#include <string>

namespace {

using namespace tscollect;

Result<options::HostList> expand(std::uint8_t form, std::string_view text) {
  switch (form % 4) {
    case 0: return options::expand_host_list(text);
    case 1: {
      auto file = options::parse_host_file(text);
      if (!file) return file.error();
      fuzz::require(file->logins.size() == file->names.size());
      return file->names;
    }
    case 2: return options::hosts_in_words(text);
    default: return options::hosts_with_slots(text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // Brackets stand for many names, each as long as the text, up to the most that there may be.
  const fuzz::Account account(size, {std::size_t{32} << 20U, options::most_hosts * 8});
  const auto hosts = expand(data[0], fuzz::text_of(data + 1, size - 1));
  if (!hosts) {
    fuzz::require(!hosts.error().message.empty());
    return 0;
  }
  fuzz::require(hosts->size() <= options::most_hosts);
  std::set<std::string_view> seen;
  for (const std::string& host : *hosts) fuzz::require(!host.empty() && seen.insert(host).second);
  return 0;
}
