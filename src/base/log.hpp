#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace tscollect::base {

/// Writes lines to standard error. Names in them may come from others: characters that printable()
/// does not keep are escaped, except newlines, tabs and carriage returns, so that no name can act
/// as a terminal command. Errors (a full disk, a reader that has ended) are ignored: they must not
/// end sampling or writing, as an exception from fmt::print would.
void write_log_text(std::string_view words) noexcept;

/// Opens /dev/null for standard input, output or error if they are closed. Otherwise the next file
/// to be opened would take that descriptor and receive the messages. Call it first in main().
void open_standard_streams();

/// Formats with fmt::format() and calls write_log_text().
template <class... Values>
void log(fmt::format_string<Values...> format, Values&&... values) {
  write_log_text(fmt::format(format, std::forward<Values>(values)...));
}

}  // namespace tscollect::base
