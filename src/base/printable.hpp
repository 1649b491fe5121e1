#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tscollect::base {

/// The text as it can stand in a name or a message: UTF-8 is kept as it is, except for control
/// characters and for those that are not seen and change what is (the order of the text, a line's
/// end, nothing at all). Their bytes, and others that are no UTF-8, become "\xHH". Device names may
/// hold any byte; files, terminals and JSON may not.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether the text is UTF-8 without control characters, which is what a name in a journal has to
/// be.
[[nodiscard]] bool is_plain(std::string_view text);

/// Bytes at the front of `text` that printable() keeps, up to the first one that it does not.
[[nodiscard]] std::size_t printable_prefix(std::string_view text);

/// A short piece of `text` in quotes, for messages.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace tscollect::base
