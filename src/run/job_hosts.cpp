#include "run/job_hosts.hpp"

#include "run/ask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tscollect::run {

namespace {

using Json = nlohmann::json;

constexpr auto patience = std::chrono::seconds(20);

/// The first words of the lines as they stand there, without ":8".
app::HostList logins_in(const std::string& text) {
  app::HostList logins;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    if (!(words >> word)) continue;
    if (std::ranges::count(word, ':') == 1) word.resize(word.find(':'));
    if (std::ranges::find(logins, word) == logins.end()) logins.push_back(word);
  }
  return logins;
}

JobHosts hosts_of(const Result<app::HostList>& names) {
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
    return hosts_of(app::hosts_with_slots(values.expand(source.at("slots").get<std::string>())));
  const auto answer = ask(values.expand_line(source.at("words_of")), patience);
  return answer && answer->status == 0 ? hosts_of(app::hosts_in_words(answer->text)) : JobHosts{};
}

}  // namespace

Result<JobHosts> hosts_of_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file)
    return Error{
        fmt::format("cannot read the host file '{}': {}", path.string(), std::strerror(errno))};
  auto names = app::hosts_in_lines(text);
  if (!names) return Error{fmt::format("{}: {}", path.string(), names.error().message)};
  JobHosts hosts = hosts_of(names);
  hosts.logins = logins_in(text);
  hosts.hostfile = path.string();
  return hosts;
}

JobHosts hosts_of_job(const Json& sources, const Values& values) {
  for (const Json& source : sources)
    if (JobHosts hosts = hosts_of_source(source, values); !hosts.names.empty()) return hosts;
  return {};
}

}  // namespace tscollect::run
