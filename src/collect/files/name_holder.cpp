#include "collect/files/name_holder.hpp"

#include "base/process/host_name.hpp"
#include "procfs/proc_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <unistd.h>

namespace tscollect::collect {

namespace {

constexpr std::string_view mark = "tscollect name 1";

std::string boot_id() {
  const auto text = procfs::read_text_once("/proc/sys/kernel/random/boot_id");
  return text ? text->substr(0, text->find('\n')) : std::string();
}

std::string pid_namespace() {
  std::array<char, 64> name{};
  const ssize_t length = ::readlink("/proc/self/ns/pid", name.data(), name.size());
  return length > 0 ? std::string(name.data(), static_cast<std::size_t>(length)) : std::string();
}

/// Start time: field 22 of /proc/PID/stat; empty if there is no such process, or it is a zombie.
std::string start_of(pid_t pid) {
  const auto text = procfs::read_text_once(fmt::format("/proc/{}/stat", pid));
  const std::size_t name_end = text ? text->rfind(')') : std::string::npos;
  if (name_end == std::string::npos || name_end + 2 >= text->size()) return {};
  std::string_view rest = std::string_view(*text).substr(name_end + 2);
  if (rest.starts_with('Z') || rest.starts_with('X')) return {};
  constexpr int fields_between = 19;
  for (int field = 0; field < fields_between; ++field) {
    const std::size_t blank = rest.find(' ');
    if (blank == std::string_view::npos) return {};
    rest.remove_prefix(blank + 1);
  }
  return std::string(rest.substr(0, rest.find(' ')));
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

NameHolder this_process() {
  NameHolder holder;
  holder.host = base::this_host();
  holder.boot_id = boot_id();
  holder.pid_namespace = pid_namespace();
  holder.pid = ::getpid();
  holder.started = start_of(holder.pid);
  return holder;
}

std::string to_text(const NameHolder& holder) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", mark, holder.host, holder.boot_id,
                     holder.pid_namespace, holder.pid, holder.started);
}

std::optional<NameHolder> holder_from(std::string_view text) {
  if (take_line(text) != mark) return std::nullopt;
  NameHolder holder;
  holder.host = take_line(text);
  holder.boot_id = take_line(text);
  holder.pid_namespace = take_line(text);
  const std::string_view pid = take_line(text);
  std::from_chars(pid.data(), pid.data() + pid.size(), holder.pid);
  holder.started = take_line(text);
  if (holder.pid <= 0) return std::nullopt;
  return holder;
}

bool is_dead(const NameHolder& holder, std::chrono::nanoseconds silence) {
  const bool can_look = !holder.boot_id.empty() && holder.boot_id == boot_id() &&
                        !holder.pid_namespace.empty() && holder.pid_namespace == pid_namespace();
  if (!can_look) return silence > longest_silence;
  const std::string started = start_of(holder.pid);
  // If /proc is not readable (hidepid), kill() still tells whether the process exists.
  if (started.empty()) return ::kill(holder.pid, 0) != 0 ? errno == ESRCH : !holder.started.empty();
  return started != holder.started;
}

}  // namespace tscollect::collect
