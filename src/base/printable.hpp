#pragma once

#include <string>
#include <string_view>

namespace tscollect::sources {

/// The text as it can stand in a name or a message: UTF-8 without control characters is kept as it
/// is, every other byte becomes "\xHH". Device names may hold any byte; files and JSON may not.
[[nodiscard]] std::string printable(std::string_view text);

/// A short piece of `text` in quotes, for messages.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace tscollect::sources
