// Any text in place of a message between ranks must be refused or read; what was read must come
// back the same from what is sent on. The first byte says which message it is taken for.
#include "collect/protocol.hpp"
#include "fuzz/allowance.hpp"
#include "fuzz/fuzz.hpp"
#include "journal/inventory.hpp"

#include <string>

namespace {

using namespace tscollect;

template <class Decode>
void check(std::string_view text, Decode decode) {
  const auto message = decode(text);
  if (!message) {
    fuzz::require(!message.error().message.empty());
    return;
  }
  const std::string sent = collect::encode(message.value());
  const auto again = decode(sent);
  fuzz::require(again.has_value() && collect::encode(again.value()) == sent);
}

void check_inventory(std::string_view packed) {
  const auto found = journal::unpack(packed, 1);
  if (!found) return fuzz::require(!found.error().message.empty());
  const std::string sent = journal::pack(*found);
  const auto again = journal::unpack(sent, 1);
  fuzz::require(again.has_value() && journal::pack(*again) == sent);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const fuzz::Account account(size, {std::size_t{64} << 10U, 400});
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  switch (data[0]) {
    case 'f': check(text, collect::decode_finished); return 0;
    case 'w': check(text, collect::decode_wanted); return 0;
    case 'r': check(text, collect::decode_recovered); return 0;
    case 'i': check_inventory(text); return 0;
    default: break;
  }
  switch (data[0] % 3) {
    case 0: check(text, collect::decode_hello); break;
    case 1: check(text, collect::decode_start); break;
    default: check(text, collect::decode_ready); break;
  }
  return 0;
}
