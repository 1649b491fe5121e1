#include "base/text/format.hpp"

#include "base/text/printable.hpp"
#include "base/text/utf8.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tscollect::base {

std::string displayed(std::string_view text, std::size_t longest) {
  std::string shown = printable(text);
  if (base::prefix_bytes(shown, longest) == shown.size()) return shown;
  return shown.substr(0, base::prefix_bytes(shown, longest - 1)) + "…";
}

std::string short_number(double number) {
  const double size = std::abs(number);
  if (size >= 99.95) return fmt::format("{:.0f}", number);
  if (size >= 9.995) return fmt::format("{:.1f}", number);
  return fmt::format("{:.2f}", number);
}

std::string short_duration(std::int64_t nanoseconds) {
  constexpr double us = 1e3;
  constexpr double ms = 1e6;
  constexpr double s = 1e9;
  const auto number = static_cast<double>(nanoseconds);
  const double size = std::abs(number);
  if (size < us) return fmt::format("{} ns", nanoseconds);
  if (size < ms) return short_number(number / us) + " µs";
  if (size < s) return short_number(number / ms) + " ms";
  return short_number(number / s) + " s";
}

std::string long_duration(double seconds) {
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 3600;
  if (seconds < static_cast<double>(minute)) return short_number(seconds) + " s";
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < hour) return fmt::format("{} min {:02} s", whole / minute, whole % minute);
  return fmt::format("{} h {:02} min {:02} s", whole / hour, whole % hour / minute, whole % minute);
}

std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string timestamp(std::int64_t time_ns) {
  return format_timestamp(WallTime(std::chrono::nanoseconds(time_ns)));
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string lines;
  const std::size_t room = width - indent;
  while (!text.empty()) {
    std::size_t end = base::prefix_bytes(text, room);
    if (end < text.size()) {
      const std::size_t blank = text.rfind(' ', end);
      if (blank != std::string_view::npos && blank > 0) end = blank;
    }
    lines.append(indent, ' ').append(text.substr(0, end)) += '\n';
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return lines;
}

}  // namespace tscollect::base
