// The program `tscollect` that is started first. A benchmark marks its phases with it, perhaps
// often and while it measures, and loading the libraries that read files (HDF5 and its
// dependencies, some forty in all) takes ten times as long as a mark. So marks are made here; for
// all other commands this program executes the one with the libraries.
#include "base/exit_status.hpp"
#include "base/log.hpp"
#include "tool/mark/mark.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace {

using namespace tscollect;

/// The mark, if the arguments request one and nothing else. The other program handles errors and
/// help.
std::optional<tool::MarkArguments> parse_mark(int count, char** words) {
  if (count < 2 || std::string_view(words[1]) != "mark") return std::nullopt;
  CLI::App command;
  tool::MarkArguments arguments;
  add_mark_options(command, arguments);
  try {
    command.parse(count - 1, words + 1);
  } catch (const CLI::ParseError&) {
    return std::nullopt;
  }
  if (!arguments.into.empty()) return std::nullopt;
  return arguments;
}

int become_the_other(char** words) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto other = (self.parent_path() / TSCOLLECT_OTHER_PROGRAM).lexically_normal();
  ::execv(other.c_str(), words);
  base::log("tscollect: {}: {}; it belongs to {}\n", other.string(), std::strerror(errno),
            self.string());
  return to_int(base::ExitStatus::internal_error);
}

}  // namespace

int main(int count, char** words) {
  const auto mark = parse_mark(count, words);
  if (!mark) return become_the_other(words);
  base::open_standard_streams();
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return to_int(tool::append_mark(*mark));
  } catch (const std::exception& error) {
    base::log("tscollect mark: internal error: {}\n", error.what());
    return to_int(base::ExitStatus::internal_error);
  }
}
