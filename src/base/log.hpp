#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace tscollect::base {

/// Writes to standard error: lines, in which names may stand that somebody else chose. Characters
/// that printable() does not keep are spelled out, but for ends of lines, tabs and returns, so that
/// no name reaches a terminal as a command. Words that nobody takes (a full disk, a reader that has
/// gone) are lost, and nothing else is: no sampling or writing ends because of them, as it would by
/// fmt::print.
void write_log_text(std::string_view words) noexcept;

/// Puts /dev/null where standard input, output or error is closed, lest the next file that is
/// opened takes its place and gets the words. To be called first.
void open_standard_streams();

/// write_log_text() of what fmt::format() makes of it.
template <class... Values>
void log(fmt::format_string<Values...> format, Values&&... values) {
  write_log_text(fmt::format(format, std::forward<Values>(values)...));
}

}  // namespace tscollect::base
