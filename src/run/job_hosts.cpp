#include "run/job_hosts.hpp"

#include "run/ask.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace tscollect::run {

namespace {

using Json = nlohmann::json;

constexpr auto longest_answer = std::chrono::seconds(20);

JobHosts hosts_of(const Result<options::HostList>& names) {
  JobHosts hosts;
  if (names) hosts.names = *names;
  hosts.logins = hosts.names;
  return hosts;
}

JobHosts hosts_of_source(const Json& source, const Values& values) {
  if (source.contains("file")) {
    const std::string path = values.expand(source.at("file").get<std::string>());
    if (path.empty()) return {};
    const auto hosts = hosts_of_file(path);
    return hosts ? *hosts : JobHosts{};
  }
  if (source.contains("slots"))
    return hosts_of(
        options::hosts_with_slots(values.expand(source.at("slots").get<std::string>())));
  const auto answer = ask(values.expand_line(source.at("words_of")), longest_answer);
  return answer && answer->status == 0 ? hosts_of(options::hosts_in_words(answer->text))
                                       : JobHosts{};
}

}  // namespace

Result<JobHosts> hosts_of_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file)
    return Error{
        fmt::format("cannot read the host file '{}': {}", path.string(), std::strerror(errno))};
  auto hosts = options::parse_host_file(text);
  if (!hosts) return Error{fmt::format("{}: {}", path.string(), hosts.error().message)};
  return JobHosts{std::move(hosts->names), std::move(hosts->logins), path.string()};
}

JobHosts hosts_of_job(const Json& sources, const Values& values) {
  for (const Json& source : sources)
    if (JobHosts hosts = hosts_of_source(source, values); !hosts.names.empty()) return hosts;
  return {};
}

}  // namespace tscollect::run
