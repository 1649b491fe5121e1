#include "run/launch_plan.hpp"

#include "run/ask.hpp"
#include "run/builtin_launchers.hpp"
#include "run/job_hosts.hpp"
#include "run/launcher_files.hpp"
#include "run/line_template.hpp"
#include "run/mpirun.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <unistd.h>

namespace tscollect::run {

namespace {

using Json = nlohmann::json;
using Files = std::map<std::string, LauncherFile>;

/// A word of a command line is limited to 128 KiB; the collector finds a longer host list by
/// itself.
constexpr std::size_t longest_word = 120'000;
constexpr auto longest_answer = std::chrono::seconds(20);

bool has_variable(const Json& name) {
  const char* text = std::getenv(name.get<std::string>().c_str());
  return text != nullptr && *text != '\0';
}

/// Whether this launcher can be used here.
bool fits(const Json& content, const Values& values) {
  const Json found = content.value("found", Json::object());
  const Json none = Json::array();
  const Json variables = found.value("variables", none);
  const Json programs = found.value("programs", none);
  const Json one_of = found.value("one_of", none);
  const Json files = found.value("files", none);
  return std::ranges::all_of(variables, has_variable) &&
         (one_of.empty() || std::ranges::any_of(one_of, has_variable)) &&
         std::ranges::all_of(
             programs,
             [](const Json& name) { return !find_program(name.get<std::string>()).empty(); }) &&
         std::ranges::all_of(files, [&](const Json& path) {
           return ::access(values.expand(path.get<std::string>()).c_str(), R_OK) == 0;
         });
}

/// Launchers (not kinds of mpirun) in the order in which they are tried.
std::vector<const LauncherFile*> in_order(const Files& files) {
  std::vector<const LauncherFile*> launchers;
  for (const auto& [name, file] : files)
    if (!name.starts_with("mpi/")) launchers.push_back(&file);
  std::ranges::stable_sort(
      launchers, {}, [](const LauncherFile* file) { return file->content.value("order", 50); });
  return launchers;
}

Result<const LauncherFile*> choose(const Files& files, const std::string& chosen,
                                   const Values& values) {
  const auto launchers = in_order(files);
  std::vector<std::string> names;
  for (const LauncherFile* file : launchers) {
    names.push_back(file->name);
    if (chosen.empty() ? fits(file->content, values) : file->name == chosen) return file;
  }
  if (chosen.empty()) return Error{"no launcher can be used here"};
  throw base::UsageError(
      fmt::format("unknown launcher '{}'; known: {}", chosen, fmt::join(names, ", ")));
}

/// "values": a text; a list, of which the first non-empty entry is used; or one for each MPI.
void set_values(const Json& content, Values& values) {
  const Json members = content.value("values", Json::object());
  for (const auto& [name, value] : members.items()) {
    std::string text;
    if (value.is_string()) text = values.expand(value.get<std::string>());
    if (value.is_object())
      text = values.expand(value.value(std::string(collector_mpi()), std::string()));
    if (value.is_array())
      for (const Json& each : value)
        if (text.empty()) text = values.expand(each.get<std::string>());
    values.set(name, text);
  }
}

void set_environment(const Json& content, const Values& values, LaunchPlan& plan) {
  const Json members = content.value("environment", Json::object());
  for (const auto& [name, value] : members.items()) {
    if (value.is_string()) {
      plan.environment[name] = values.expand(value.get<std::string>());
    } else if (!values.expand(value.at("when").get<std::string>()).empty()) {
      plan.environment[name] = values.expand(value.at("value").get<std::string>());
    }
  }
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// The hosts that the user expects, otherwise those known here.
std::string expected_hosts(const RunOptions& options, const JobHosts& hosts) {
  if (!options.collect.hosts.empty() || hosts.names.empty()) return {};
  std::string list = fmt::format("{}", fmt::join(hosts.names, ","));
  return list.size() > longest_word ? std::string() : list;
}

Result<std::string> find_collector(const RunOptions& options) {
  const std::string name = "tscollect-mpi";
  std::string found;
  if (!options.collector.empty()) {
    found = find_program(options.collector);
    if (found.empty())
      return Error{fmt::format("the collector '{}' cannot be run", options.collector)};
    return found;
  }
  if (const auto folder = program_folder(); !folder.empty())
    found = find_program((folder / name).string());
  if (found.empty()) found = find_program(name);
  if (found.empty())
    return Error{"no collector: tscollect-mpi was not found beside this program or in PATH"};
  return found;
}

/// Adds an mpirun, if the launcher needs one.
Result<const LauncherFile*> use_mpirun(const Files& files, const RunOptions& options,
                                       const Json& through, Values& values, JobHosts& hosts,
                                       LaunchPlan& plan) {
  const auto mpirun = find_mpirun(files, options.mpirun);
  if (!mpirun || mpirun->kind == nullptr)
    return Error{fmt::format("no {} was found in PATH",
                             options.mpirun.empty() ? "mpirun or mpiexec" : options.mpirun)};
  if (!mpirun->fits)
    plan.notes.push_back(
        fmt::format("tscollect-mpi was built with {}, and {} is another MPI's: see --mpirun",
                    collector_mpi(), mpirun->program));
  values.set("mpirun", mpirun->program);
  if (starts_through(*mpirun, through.value("native", std::string())))
    hosts.hostfile.clear(), hosts.logins.clear();
  else if (const auto agent = through.value("remote_start", std::string());
           !agent.empty() && !find_program(agent).empty())
    values.set("remote_start", agent);
  else if (agent.empty() && hosts.names.empty() && find_program("ssh").empty() &&
           find_program("rsh").empty())
    // Open MPI fails if it finds no remote shell, even without another host. So one is set that it
    // never runs.
    values.set("remote_start", find_program(mpirun->program));
  return mpirun->kind;
}

LaunchPlan fill_in(const RunOptions& options, const std::vector<std::string>& own_words,
                   const Files& files, const LauncherFile& launcher, const std::string& collector,
                   Values& values) {
  LaunchPlan plan;
  plan.launcher = launcher.name;
  const Json& content = launcher.content;
  const bool takes_hosts = content.contains("mpirun");
  JobHosts hosts;
  if (!options.hostfile.empty() && takes_hosts) {
    auto read = hosts_of_file(options.hostfile);
    if (!read) throw base::UsageError(read.error().message);
    hosts = std::move(read).value();
  } else {
    if (!options.hostfile.empty())
      plan.notes.push_back(
          fmt::format("--hostfile is not used with {}, which knows its nodes", launcher.name));
    hosts = hosts_of_job(content.value("hosts", Json::array()), values);
  }
  std::vector<std::string> words = {collector};
  words.insert(words.end(), options.collect_words.begin(), options.collect_words.end());
  words.insert(words.end(), own_words.begin(), own_words.end());
  if (const std::string list = expected_hosts(options, hosts); !list.empty())
    words.push_back("--hosts=" + list);
  const LauncherFile* lines = &launcher;
  if (takes_hosts) {
    const auto kind = use_mpirun(files, options, content.at("mpirun"), values, hosts, plan);
    if (!kind) throw std::runtime_error(kind.error().message);
    lines = *kind;
  }
  values.set("hostfile", hosts.hostfile);
  values.set("hosts", fmt::format("{}", fmt::join(hosts.logins, ",")));
  values.set("ranks", fmt::format("{}", std::max<std::size_t>(hosts.names.size(), 1)));
  values.set("collector", words);
  values.set("launcher_options", split(options.launcher_options));
  values.set("job", "{job}");
  set_values(lines->content, values);
  const Json questions = content.value("ask", Json::object());
  for (const auto& [name, question] : questions.items()) {
    const auto answer = ask(values.expand_line(question), longest_answer);
    std::string text = answer && answer->status == 0 ? answer->text : std::string();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    values.set(name, text);
  }
  set_environment(lines->content, values, plan);
  const Json none = Json::array();
  const Json& with_lines = lines->content;
  plan.prepare = values.expand_line(with_lines.value("prepare", none));
  plan.submit = values.expand_line(with_lines.value("submit", none));
  plan.line = values.expand_line(with_lines.at("line"));
  plan.stop = values.expand_line(with_lines.value("stop", none));
  plan.end = values.expand_line(with_lines.value("end", none));
  plan.noise = with_lines.value("noise", std::vector<std::string>());
  if (plan.line.empty()) throw std::runtime_error("its line is empty");
  return plan;
}

std::string quoted(const std::string& word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%{}";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string shell_line(const Line& line) {
  std::string text;
  for (const std::string& word : line) text += (text.empty() ? "" : " ") + quoted(word);
  return text + "\n";
}

}  // namespace

Result<LaunchPlan> plan_launch(const RunOptions& options,
                               const std::vector<std::string>& own_words) {
  const auto files = load_launchers(launcher_folders(options.launcher_folder, program_folder()));
  if (!files) return files.error();
  const auto collector = find_collector(options);
  if (!collector) return collector.error();
  Values values;
  values.set("root", ::geteuid() == 0 ? "1" : "");
  values.set("mpi", std::string(collector_mpi()));
  std::string where;
  try {
    const auto launcher = choose(*files, options.launcher, values);
    if (!launcher) return launcher.error();
    where = (*launcher)->path;
    return fill_in(options, own_words, *files, **launcher, *collector, values);
  } catch (const nlohmann::json::exception& error) {
    return Error{fmt::format("{}: {}", where, error.what())};
  } catch (const base::UsageError&) {
    throw;
  } catch (const std::runtime_error& error) {
    return Error{error.what()};
  }
}

std::string to_text(const LaunchPlan& plan) {
  std::string text;
  for (const auto& [name, value] : plan.environment)
    if (std::getenv(name.c_str()) == nullptr) text += name + "=" + quoted(value) + "\n";
  for (const Line& line : {plan.prepare, plan.submit, plan.line})
    if (!line.empty()) text += shell_line(line);
  return text;
}

std::filesystem::path program_folder() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : program.parent_path();
}

}  // namespace tscollect::run
