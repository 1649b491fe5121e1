#include <tscollect/time.hpp>

#include <fmt/format.h>

#include <charconv>
#include <ctime>

namespace tscollect {

namespace {

std::chrono::nanoseconds now_of(clockid_t clock) noexcept {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Reads `text[begin, begin + digits)` as a number; -1 if it is not all digits.
int number_at(std::string_view text, std::size_t begin, std::size_t digits) {
  int value = 0;
  const char* first = text.data() + begin;
  const auto [end, error] = std::from_chars(first, first + digits, value);
  return error == std::errc{} && end == first + digits && *first != '-' ? value : -1;
}

}  // namespace

MonoTime mono_now() noexcept { return MonoTime(now_of(CLOCK_MONOTONIC)); }

WallTime wall_now() noexcept { return WallTime(now_of(CLOCK_REALTIME)); }

std::string format_timestamp(WallTime time) {
  using namespace std::chrono;
  // Rounded to milliseconds: midnight of the first day (in 1677) cannot be expressed in
  // nanoseconds.
  const auto moment = floor<milliseconds>(time);
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss clock(moment - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int{date.year()},
                     unsigned{date.month()}, unsigned{date.day()}, clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

Result<WallTime> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  const auto malformed = [text] {
    return Error{fmt::format("'{}' is not a UTC time YYYY-MM-DDTHH:MM:SS[.fraction]Z", text)};
  };
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  if (text.size() <= shape.size() || text.back() != 'Z') return malformed();
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] != '0' && shape[i] != text[i]) return malformed();
  const year_month_day date{year{number_at(text, 0, 4)},
                            month{static_cast<unsigned>(number_at(text, 5, 2))},
                            day{static_cast<unsigned>(number_at(text, 8, 2))}};
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if (number_at(text, 0, 4) < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 60)
    return malformed();
  nanoseconds fraction{0};
  std::string_view rest = text.substr(shape.size());
  rest.remove_suffix(1);
  if (!rest.empty()) {
    if (rest.front() != '.' || rest.size() < 2 || rest.size() > 10) return malformed();
    const int digits = number_at(rest, 1, rest.size() - 1);
    if (digits < 0) return malformed();
    fraction = nanoseconds(digits);
    for (std::size_t i = rest.size() - 1; i < 9; ++i) fraction *= 10;
  }
  return WallTime(sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + fraction);
}

}  // namespace tscollect
