// Any text in place of a message between ranks must be refused or read; what was read must come
// back the same from what is sent on. The first byte says which message it is taken for.
#include "app/protocol.hpp"
#include "fuzz/fuzz.hpp"

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
  const std::string sent = app::encode(message.value());
  const auto again = decode(sent);
  fuzz::require(again.has_value() && app::encode(again.value()) == sent);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  if (data[0] == 'f') {
    check(text, app::decode_finished);
    return 0;
  }
  switch (data[0] % 3) {
    case 0: check(text, app::decode_hello); break;
    case 1: check(text, app::decode_start); break;
    default: check(text, app::decode_ready); break;
  }
  return 0;
}
