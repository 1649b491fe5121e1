#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tscollect::base {

/// The text made safe for names and messages. UTF-8 is kept, except control characters and
/// invisible characters that change how text looks (writing direction, line separators, zero
/// width). Their bytes, and bytes that are not UTF-8, become "\xHH". Device names may hold any
/// byte; files, terminals and JSON may not.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether the text is UTF-8 without control characters, as names in a journal must be.
[[nodiscard]] bool is_plain(std::string_view text);

/// Number of leading bytes that printable() keeps unchanged.
[[nodiscard]] std::size_t printable_prefix(std::string_view text);

/// The text in quotes, shortened, for messages.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace tscollect::base
