#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tscollect::base {

/// Text from a file, safe for a terminal: control characters and invalid UTF-8 are escaped, and the
/// text is cut after `longest` characters.
[[nodiscard]] std::string displayed(std::string_view text, std::size_t longest = 10'000);

/// About three digits: "0.12", "12.3", "1234".
[[nodiscard]] std::string short_number(double number);

/// "60 µs", "1.20 ms", "3.40 s"; the sign is kept.
[[nodiscard]] std::string short_duration(std::int64_t nanoseconds);

/// "0.4 s", "12 min 03 s", "1 h 02 min 03 s"
[[nodiscard]] std::string long_duration(double seconds);

/// "3 hosts", "1 host"
[[nodiscard]] std::string counted(std::int64_t count, std::string_view noun);

/// UTC with milliseconds.
[[nodiscard]] std::string timestamp(std::int64_t time_ns);

/// Wraps text into lines of at most `width` characters, each indented by `indent` blanks.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace tscollect::base
