// Any text taken for JSON must be refused by name or read, and what was read must come back the
// same from what is written. The first byte says what it is taken for.
#include "fuzz/allowance.hpp"
#include "fuzz/fuzz.hpp"

#include <tscollect/json.hpp>

#include <string>

namespace {

using namespace tscollect;

template <class Read>
void check(std::string_view text, Read read) {
  const auto value = read(text);
  if (!value) {
    fuzz::require(!value.error().message.empty());
    return;
  }
  const std::string written = to_json(value.value());
  const auto again = read(written);
  fuzz::require(again.has_value() && to_json(again.value()) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const fuzz::Account account(size, {std::size_t{64} << 10U, 400});
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  if ((data[0] & 1) == 0)
    check(text, sample_from_json);
  else
    check(text, data_from_json);
  return 0;
}
