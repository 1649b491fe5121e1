#include "collect/hosts/journal_messages.hpp"

#include "journal/folder.hpp"
#include "base/process/background_task.hpp"
#include "base/log.hpp"
#include "base/text/name_list.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

namespace tscollect::collect {

namespace {

constexpr std::size_t most_named = 5;
constexpr int most_names_tried = 100;
constexpr std::chrono::seconds name_time{1};

/// Samples missing in the journals of the hosts that sampled; empty: none.
std::vector<std::string> losses(const KnownHosts& hosts) {
  std::vector<std::string> lines;
  for (const auto& [rank, host] : hosts) {
    if (!host.sampling) continue;
    const bool unfinished = rank != 0 && !host.block_bytes;
    if (host.journal.empty())
      lines.push_back(fmt::format("{}: there is none", host.name));
    else if (!host.journal_loss.empty())
      lines.push_back(fmt::format("{}: {}", host.name, host.journal_loss));
    else if (unfinished)
      lines.push_back(fmt::format("{}: not known, it has not finished", host.name));
  }
  return lines;
}

/// A free name beside the output, as far as one check can tell.
std::filesystem::path free_name(const std::filesystem::path& output) {
  std::error_code ignored;
  if (!std::filesystem::exists(output, ignored) &&
      !std::filesystem::exists(store::sidecar_path(output), ignored))
    return output;
  std::filesystem::path other = output;
  for (int number = 1; number <= most_names_tried; ++number) {
    other.replace_filename(fmt::format("{}-recovered{}{}", output.stem().string(),
                                       number == 1 ? "" : fmt::format("-{}", number),
                                       output.extension().string()));
    if (!std::filesystem::exists(other, ignored)) break;
  }
  return other;
}

/// Nothing is checked if the output's folder hangs.
std::filesystem::path reachable_name(const std::filesystem::path& output) {
  return run_within(name_time, [output] { return free_name(output); }).value_or(output);
}

}  // namespace

std::string journal_pattern(const std::filesystem::path& journal, const std::string& run_id) {
  return fmt::format("{}/tscollect-{}-*.journal",
                     journal::shell_word(journal.parent_path().string()), run_id);
}

void log_abandoned_journals(const KnownHosts& hosts) {
  std::vector<std::string> names;
  std::filesystem::path folder;
  for (const auto& [rank, host] : hosts) {
    if (host.abandoned_journals.empty()) continue;
    if (names.empty())
      folder = std::filesystem::path(host.abandoned_journals.front()).parent_path();
    names.push_back(host.name);
  }
  if (names.empty()) return;
  base::log(
      "tscollect-mpi: journals of runs that ended badly are on {}; there they are listed by: "
      "tscollect journals --journal-dir {}\n",
      base::name_list(names, most_named), journal::shell_word(folder.string()));
}

void log_missing_journals(const KnownHosts& hosts) {
  std::vector<std::string> names;
  std::string first;
  for (const auto& [rank, host] : hosts) {
    if (host.journal_error.empty()) continue;
    if (names.empty()) first = host.journal_error;
    names.push_back(host.name);
  }
  if (names.empty()) return;
  base::log(
      "tscollect-mpi: going on without a journal on {}: samples of these hosts are lost if the run "
      "is killed ({}); choose another folder with --journal-dir\n",
      base::name_list(names, most_named), first);
}

std::string if_killed(const std::filesystem::path& journal, const std::string& run_id,
                      const std::filesystem::path& output) {
  if (journal.empty()) return {};
  return fmt::format("; if killed: tscollect recover -o {} {}",
                     journal::shell_word(output.string()), journal_pattern(journal, run_id));
}

std::string recovery_command(const KnownHosts& hosts, const std::string& run_id,
                             const std::filesystem::path& output) {
  std::set<std::string> folders;
  for (const auto& [rank, host] : hosts)
    if (!host.journal.empty())
      folders.insert(
          journal::shell_word(std::filesystem::path(host.journal).parent_path().string()));
  if (folders.empty()) return {};
  std::string words =
      "tscollect recover -o " + journal::shell_word(reachable_name(output).string());
  for (const std::string& folder : folders)
    words += fmt::format(" {}/tscollect-{}-*.journal", folder, run_id);
  return words;
}

void log_how_to_recover(const KnownHosts& hosts, const std::string& run_id,
                        const std::filesystem::path& output) {
  std::vector<std::string> names;
  std::set<std::string> folders;
  for (const auto& [rank, host] : hosts) {
    if (host.journal.empty()) continue;
    names.push_back(host.name);
    folders.insert(journal::shell_word(std::filesystem::path(host.journal).parent_path().string()));
  }
  if (names.empty()) return;
  const std::string target = journal::shell_word(reachable_name(output).string());
  const std::vector<std::string> lines = losses(hosts);
  base::log(
      "tscollect-mpi: the journals of this run stay{} on {}{}. To write the file from "
      "them{}:\n  {}\n",
      lines.empty() ? ", with every sample," : "", base::name_list(names, most_named),
      lines.empty()
          ? ""
          : fmt::format(", not with every sample ({})", base::name_list(lines, most_named)),
      names.size() > 1 ? ", once they are in one place" : "",
      recovery_command(hosts, run_id, output));
  if (names.size() > 1 && folders.size() == 1)
    base::log(
        "tscollect-mpi: or without moving them, started on the same nodes in the same way:\n"
        "  tscollect-mpi --recover --run {} --journal-dir {} -o {}\n",
        run_id, *folders.begin(), target);
}

}  // namespace tscollect::collect
