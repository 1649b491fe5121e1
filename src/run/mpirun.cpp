#include "run/mpirun.hpp"

#include "run/ask.hpp"
#include "run/builtin_launchers.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace tscollect::run {

namespace {

using Json = nlohmann::json;

constexpr auto longest_answer = std::chrono::seconds(10);
constexpr std::array candidates = {"mpirun", "mpiexec", "mpirun.openmpi", "mpiexec.hydra",
                                   "mpirun.mpich"};

bool says_one_of(const Json& content, const char* member, const std::string& text) {
  const Json says = content.value(member, Json::array());
  return std::ranges::any_of(says, [&](const Json& each) {
    return text.find(each.get<std::string>()) != std::string::npos;
  });
}

bool runs_collector(const Json& content) {
  const Json runs = content.value("runs", Json::array());
  return std::ranges::find(runs, Json(collector_mpi())) != runs.end();
}

/// Open MPI takes the parent of its program's folder as its installation prefix on all nodes, and
/// fails if that is "/". So /bin/mpirun is resolved through the link /bin, or replaced by the bare
/// name.
std::string not_below_root(const std::string& program) {
  const std::filesystem::path path(program);
  if (path.parent_path().parent_path() != path.root_path()) return program;
  std::error_code error;
  const auto folder = std::filesystem::canonical(path.parent_path(), error);
  if (!error && folder.parent_path() != path.root_path()) return folder / path.filename();
  return find_program(path.filename().string()) == program ? path.filename().string() : program;
}

/// The kind of an mpirun, recognized by its output, or "mpi/other".
Mpirun recognize(const std::map<std::string, LauncherFile>& files, const std::string& program) {
  Mpirun mpirun{not_below_root(program), nullptr, true};
  std::error_code error;
  const auto real = std::filesystem::canonical(program, error);
  const auto answer = ask({program, "--version"}, longest_answer);
  const std::string said = answer ? answer->text : std::string();
  for (const auto& [name, file] : files) {
    if (!name.starts_with("mpi/")) continue;
    const bool is_it = says_one_of(file.content, "version_says", said) ||
                       says_one_of(file.content, "path_says", real.string());
    if (is_it) mpirun.kind = &file;
    if (is_it) break;
  }
  if (mpirun.kind == nullptr)
    if (const auto other = files.find("mpi/other"); other != files.end())
      mpirun.kind = &other->second;
  mpirun.fits = mpirun.kind != nullptr && runs_collector(mpirun.kind->content);
  return mpirun;
}

}  // namespace

std::optional<Mpirun> find_mpirun(const std::map<std::string, LauncherFile>& files,
                                  const std::string& chosen) {
  if (!chosen.empty()) {
    const std::string program = find_program(chosen);
    if (program.empty()) return std::nullopt;
    return recognize(files, program);
  }
  std::optional<Mpirun> first;
  for (const char* candidate : candidates) {
    const std::string program = find_program(candidate);
    if (program.empty()) continue;
    const Mpirun mpirun = recognize(files, program);
    if (mpirun.fits) return mpirun;
    if (!first) first = mpirun;
  }
  return first;
}

bool starts_through(const Mpirun& mpirun, const std::string& native) {
  if (native.empty() || mpirun.kind == nullptr) return false;
  const Json says = mpirun.kind->content.value("native_says", Json::object());
  if (says.empty()) return false;
  std::string text = says.at("text").get<std::string>();
  if (const std::size_t at = text.find("{native}"); at != std::string::npos)
    text.replace(at, std::string_view("{native}").size(), native);
  const std::string folder = std::filesystem::path(mpirun.program).parent_path().string();
  for (const Json& name : says.at("programs")) {
    std::vector<std::string> words = {folder + "/" + name.get<std::string>()};
    for (const Json& argument : says.value("arguments", Json::array()))
      words.push_back(argument.get<std::string>());
    const auto answer = ask(words, longest_answer);
    if (answer && answer->text.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace tscollect::run
