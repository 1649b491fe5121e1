#include "options/output_name.hpp"

#include "base/process/host_name.hpp"
#include "base/process/user_name.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <unistd.h>

namespace tscollect::options {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The value of the first variable that is set; batch systems use different ones.
std::string first_of(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto value = environment(name)) return *value;
  return {};
}

/// "123" of PBS's "123[4].server"; Flux's ids contain letters and are kept.
std::string id_of(const std::string& text) {
  const std::size_t end = text.find_first_of("[.");
  return text.substr(0, end);
}

std::string utc(WallTime now) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(
                         std::chrono::time_point_cast<std::chrono::system_clock::duration>(now))));
}

std::string host_name() {
  const std::string host = base::this_host();
  return host.empty() ? "host" : std::string(base::without_domain(host));
}

std::string user_name(const Environment& environment) {
  if (std::string known = base::user_name(::geteuid()); !known.empty()) return known;
  const std::string name = first_of(environment, {"USER", "LOGNAME"});
  return name.empty() ? fmt::format("{}", ::geteuid()) : name;
}

/// The replacement of a pattern; nothing if it is not one.
std::optional<std::string> meaning(char pattern, const Environment& environment, WallTime now) {
  const JobName job = job_from(environment);
  const auto or_else = [](const std::string& text, const char* other) {
    return text.empty() ? std::string(other) : text;
  };
  switch (pattern) {
    case 'j': return or_else(first_of(environment, {"SLURM_JOB_ID"}), or_else(job.id, "0").c_str());
    case 'A': return or_else(job.id, "0");
    case 'a': return or_else(job.task, "0");
    case 'u': return user_name(environment);
    case 'h': return host_name();
    case 'r': return fmt::format("{}", job.restarts);
    case 't': return utc(now);
    case '%': return "%";
    default: return std::nullopt;
  }
}

std::string filled_up(std::string text, std::size_t width) {
  constexpr std::size_t widest = 10;  // as in Slurm
  width = std::min(width, widest);
  if (std::ranges::all_of(text, is_digit) && text.size() < width)
    text.insert(0, width - text.size(), '0');
  return text;
}

std::string default_name(const Environment& environment, WallTime now) {
  const JobName job = job_from(environment);
  std::string name = "timeseries_" + utc(now);
  if (!job.id.empty()) name += "_" + job.id;
  if (!job.task.empty()) name += "_" + job.task;
  if (job.restarts > 0) name += fmt::format("_r{}", job.restarts);
  return name + ".h5";
}

}  // namespace

JobName job_from(const Environment& environment) {
  JobName job;
  job.id = id_of(first_of(environment, {"SLURM_ARRAY_JOB_ID", "SLURM_JOB_ID", "PBS_JOBID",
                                        "LSB_JOBID", "FLUX_JOB_ID"}));
  if (job.id.empty()) return job;
  job.task = first_of(environment, {"SLURM_ARRAY_TASK_ID", "PBS_ARRAY_INDEX", "LSB_JOBINDEX"});
  if (job.task == "0" && environment("LSB_JOBID")) job.task.clear();  // LSF: not an array
  const std::string restarts = first_of(environment, {"SLURM_RESTART_COUNT"});
  std::from_chars(restarts.data(), restarts.data() + restarts.size(), job.restarts);
  // The id becomes part of a file name.
  for (std::string* text : {&job.id, &job.task}) std::ranges::replace(*text, '/', '_');
  return job;
}

OutputName name_output(std::string_view given, const Environment& environment, WallTime now) {
  if (given.empty()) return {default_name(environment, now), false};
  OutputName name;
  std::string text;
  for (std::size_t at = 0; at < given.size(); ++at) {
    std::size_t digits = at + 1;
    while (digits < given.size() && is_digit(given[digits])) ++digits;
    const auto stands_for = given[at] == '%' && digits < given.size()
                                ? meaning(given[digits], environment, now)
                                : std::nullopt;
    if (!stands_for) {
      text += given[at];
      continue;
    }
    std::size_t width = 0;
    std::from_chars(given.data() + at + 1, given.data() + digits, width);
    text += filled_up(*stands_for, width);
    name.is_literal = name.is_literal && given[digits] == '%';
    at = digits;
  }
  name.path = text;
  return name;
}

std::filesystem::path reservation_path(const std::filesystem::path& output) {
  return output.parent_path() / fmt::format(".{}.reserved", output.filename().string());
}

}  // namespace tscollect::options
