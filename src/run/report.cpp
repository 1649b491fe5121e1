#include "run/report.hpp"

#include "base/text/name_list.hpp"
#include "base/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <poll.h>
#include <sstream>
#include <unistd.h>

namespace tscollect::run {

namespace {

using base::printable;
using options::RunState;
using options::RunStatus;

constexpr std::string_view program = "tscollect-run: ";
constexpr std::size_t most_named = 3;

std::string host_errors(const RunStatus& status) {
  std::vector<std::string> texts;
  for (const options::IncompleteHost& host : status.incomplete_hosts)
    texts.push_back(fmt::format("{}: {}", base::printable(host.host), base::printable(host.why)));
  return base::name_list(texts, most_named, "; ");
}

std::string what_was_written(const RunStatus& status) {
  const std::string missing = host_errors(status);
  return fmt::format("wrote {} ({}, {} of {} hosts, {} samples, {} KiB){}{}",
                     base::printable(short_path(status.written.front())),
                     base::printable(status.completeness), status.hosts_collected,
                     status.hosts_requested, status.samples, (status.bytes + 1023) / 1024,
                     missing.empty() ? "" : ": ", missing);
}

/// Why there is no file, as far as known.
std::string reason_for_no_file(const Outcome& outcome) {
  const RunStatus& status = outcome.status;
  if (!outcome.launch_error.empty())
    return "the collector was not started: " + outcome.launch_error;
  if (!status.error.empty()) return "no file was written: " + base::printable(status.error);
  if (status.state == RunState::launching)
    return "no file was written: " + ended_before_start(outcome.launcher_status);
  return fmt::format(
      "no file was written: rank 0 on {} ended while it was {} (the launcher's status is {})",
      base::printable(status.host), options::to_string(status.state), outcome.launcher_status);
}

/// Whether the words contain this run's recovery command. They may contain that of another run.
bool is_told(const std::string& words, const RunStatus& status) {
  return words.find("tscollect recover ") != std::string::npos &&
         words.find(status.run_id + "-*.journal") != std::string::npos;
}

/// The output lines, without those that repeat the report.
std::string further_words(const Outcome& outcome, bool verbose) {
  const bool complete = outcome.status.completeness == "complete";
  const bool of_both = verbose || outcome.status.written.empty();
  std::string text;
  std::istringstream lines((of_both ? outcome.first_words : std::string()) + outcome.words);
  for (std::string line; std::getline(lines, line);) {
    const bool of_collector =
        line.starts_with("tscollect-mpi: ") || line.starts_with("  tscollect");
    if (line.starts_with("tscollect-mpi: wrote ") && !outcome.status.written.empty()) continue;
    // Launchers may print much about the end of a rank, which is harmless.
    if (of_collector || !complete || verbose) text += "  " + line + "\n";
  }
  return text;
}

}  // namespace

std::string ended_before_start(int status) {
  return fmt::format("the collector's launcher ended with status {} before any rank sampled",
                     status);
}

std::string short_path(const std::string& path) {
  std::error_code error;
  const std::string here = std::filesystem::current_path(error).string() + "/";
  return !error && path.starts_with(here) ? path.substr(here.size()) : path;
}

std::string describe(const Outcome& outcome, bool verbose) {
  const RunStatus& status = outcome.status;
  const bool written = !status.written.empty();
  std::string text(program);
  text += written ? what_was_written(status) : reason_for_no_file(outcome);
  text += '\n';
  const std::string words = further_words(outcome, verbose);
  if (!outcome.first_end.empty())
    text += fmt::format("  this was the second start: in the first {}\n",
                        base::printable(outcome.first_end));
  if (outcome.was_ended)
    text += "  the collector did not end in time after the stop, and was ended\n";
  text += words;
  const bool complete = written && status.completeness == "complete";
  if (!complete && !status.recovery.empty() && !is_told(words, status))
    text +=
        fmt::format("  what was sampled is in journals on each node; to write the file:\n    {}\n",
                    base::printable(status.recovery));
  return text;
}

void say(std::string_view text) {
  constexpr int wait_ms = 2000;
  constexpr std::size_t piece_bytes = 4096;  // PIPE_BUF: size for which poll() reports room
  while (!text.empty()) {
    pollfd watched{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&watched, 1, wait_ms) != 1 || (watched.revents & POLLOUT) == 0) return;
    const ssize_t written = ::write(STDERR_FILENO, text.data(), std::min(text.size(), piece_bytes));
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace tscollect::run
