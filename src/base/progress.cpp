#include "base/progress.hpp"

#include "base/log.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace tscollect::base {

namespace {

using namespace std::chrono_literals;

constexpr auto silent_time = 1s;
constexpr auto redraw_pause = 200ms;
constexpr std::size_t usual_width = 80;
constexpr std::size_t bar_width = 20;

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_width;
  return size.ws_col;
}

std::string bar(double share) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(bar_width));
  return fmt::format("[{}{}]", std::string(full, '='), std::string(bar_width - full, ' '));
}

/// "40 s left"; empty while it is too early to estimate.
std::string left_text(std::size_t done, std::size_t total, std::chrono::duration<double> passed) {
  if (done == 0 || done >= total) return {};
  const double left =
      passed.count() / static_cast<double>(done) * static_cast<double>(total - done);
  constexpr double minute = 60;
  if (left >= 2 * minute) return fmt::format(", {:.0f} min left", left / minute);
  return fmt::format(", {:.0f} s left", left);
}

}  // namespace

Progress::Progress(std::string what, std::size_t total, std::string noun, bool wanted)
    : what_(std::move(what)),
      total_(total),
      noun_(std::move(noun)),
      wanted_(wanted && ::isatty(STDERR_FILENO) == 1),
      start_(mono_now()),
      next_draw_(start_ + silent_time) {}

Progress::~Progress() { clear(); }

bool Progress::output_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

std::string Progress::line(std::size_t done, MonoTime now) const {
  const double share = total_ == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total_);
  return fmt::format("{} {} {} of {} {}{}", what_, bar(std::min(share, 1.0)), done, total_, noun_,
                     left_text(done, total_, now - start_));
}

void Progress::show(std::size_t done) {
  if (!wanted_) return;
  const MonoTime now = mono_now();
  if (now < next_draw_) return;
  next_draw_ = now + redraw_pause;
  // Other characters become "?", so that the width of the line is known and can be cut.
  std::string text = line(done, now);
  for (char& character : text)
    if (character < ' ' || character > '~') character = '?';
  text.resize(std::min(text.size(), terminal_width() - 1));
  const std::size_t stale = drawn_ > text.size() ? drawn_ - text.size() : 0;
  drawn_ = text.size();
  base::log("\r{}{}", text, std::string(stale, ' '));
}

void Progress::clear() {
  if (drawn_ == 0) return;
  base::log("\r{}\r", std::string(drawn_, ' '));
  drawn_ = 0;
}

}  // namespace tscollect::base
