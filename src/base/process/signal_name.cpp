#include "base/process/signal_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

namespace tscollect::base {

namespace {

constexpr auto names = std::to_array<std::pair<int, const char*>>({
    {SIGHUP, "SIGHUP"},       {SIGINT, "SIGINT"},       {SIGQUIT, "SIGQUIT"},
    {SIGILL, "SIGILL"},       {SIGTRAP, "SIGTRAP"},     {SIGABRT, "SIGABRT"},
    {SIGBUS, "SIGBUS"},       {SIGFPE, "SIGFPE"},       {SIGKILL, "SIGKILL"},
    {SIGUSR1, "SIGUSR1"},     {SIGSEGV, "SIGSEGV"},     {SIGUSR2, "SIGUSR2"},
    {SIGPIPE, "SIGPIPE"},     {SIGALRM, "SIGALRM"},     {SIGTERM, "SIGTERM"},
    {SIGSTKFLT, "SIGSTKFLT"}, {SIGCHLD, "SIGCHLD"},     {SIGCONT, "SIGCONT"},
    {SIGSTOP, "SIGSTOP"},     {SIGTSTP, "SIGTSTP"},     {SIGTTIN, "SIGTTIN"},
    {SIGTTOU, "SIGTTOU"},     {SIGURG, "SIGURG"},       {SIGXCPU, "SIGXCPU"},
    {SIGXFSZ, "SIGXFSZ"},     {SIGPROF, "SIGPROF"},     {SIGWINCH, "SIGWINCH"},
    {SIGPOLL, "SIGPOLL"},     {SIGVTALRM, "SIGVTALRM"}, {SIGPWR, "SIGPWR"},
    {SIGSYS, "SIGSYS"},
});

}  // namespace

std::string signal_name(int signal) {
  const auto* const found = std::ranges::find(names, signal, &std::pair<int, const char*>::first);
  return found == names.end() ? fmt::format("signal {}", signal) : found->second;
}

}  // namespace tscollect::base
