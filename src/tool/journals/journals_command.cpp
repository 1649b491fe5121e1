// tscollect journals: lists or removes journals on this node of runs that ended abnormally.
#include "base/text/format.hpp"
#include "base/log.hpp"
#include "base/process/user_name.hpp"
#include "journal/journal_set.hpp"
#include "marks/marks_file.hpp"
#include "options/journal_folders.hpp"
#include "tool/commands.hpp"
#include "tool/guard.hpp"
#include "tool/journals/as_user.hpp"
#include "tool/output.hpp"

#include <tscollect/time.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tscollect::tool {

namespace {

struct Arguments {
  std::vector<std::filesystem::path> folders;
  bool remove = false;
  bool unlimited = false;
  std::string run;
  std::string owner;
  double older_than_days = -1;
};

/// The journal of one host of one run, with all its parts.
struct Entry {
  std::string run;
  std::string host;
  uid_t owner = 0;
  bool is_alive = false;
  std::int64_t last_change_ns = 0;
  std::int64_t samples = 0;
  std::uint64_t bytes = 0;
  std::vector<std::filesystem::path> paths;
  std::filesystem::path marks;  ///< the run's
};

double age_days(const Entry& entry) {
  constexpr double ns_per_day = 86400e9;
  return static_cast<double>(wall_now().time_since_epoch().count() - entry.last_change_ns) /
         ns_per_day;
}

/// Reports journals of other users, whose contents are not read.
void log_foreign(const std::vector<journal::ForeignJournals>& foreign) {
  for (const journal::ForeignJournals& each : foreign) {
    const std::string user = base::user_name_or_number(each.owner);
    base::log("tscollect journals: {} of {} {} not looked at ({}{}); as root: --owner {}\n",
              base::counted(static_cast<std::int64_t>(each.count), "journal"), user,
              each.count == 1 ? "is" : "are", base::displayed(each.first),
              each.count == 1 ? "" : ", …", user);
  }
}

std::vector<Entry> look_for(const std::vector<std::filesystem::path>& folders, uid_t owner) {
  const journal::Found found = journal::look_at(folders, owner);
  std::map<std::pair<std::string, std::string>, Entry> entries;
  for (const journal::Contents& part : found.journals) {
    struct stat status {};
    if (::lstat(part.path.c_str(), &status) != 0) continue;
    Entry& entry = entries[{part.header.run_id, part.header.host}];
    entry.run = part.header.run_id;
    entry.host = part.header.host;
    entry.marks = part.header.marks;
    entry.owner = status.st_uid;
    entry.is_alive = entry.is_alive || part.being_written;
    entry.last_change_ns = std::max<std::int64_t>(
        entry.last_change_ns, status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec);
    entry.samples += part.samples;
    entry.bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    entry.paths.push_back(part.path);
  }
  std::vector<Entry> list;
  list.reserve(entries.size());
  for (auto& [key, entry] : entries) list.push_back(std::move(entry));
  for (const std::string& refused : found.refused)
    base::log("tscollect journals: {}\n", base::displayed(refused));
  log_foreign(found.foreign);
  return list;
}

bool is_chosen(const Entry& entry, const Arguments& arguments) {
  return (arguments.run.empty() || entry.run == arguments.run) &&
         (arguments.older_than_days < 0 || age_days(entry) >= arguments.older_than_days);
}

std::string line_of(const Entry& entry) {
  constexpr std::uint64_t kib = 1024;
  return fmt::format("{:<28} {:<20} {:>10} {:>10} {:>8.1f} {:<12} {}\n", base::displayed(entry.run),
                     base::displayed(entry.host), entry.samples, (entry.bytes + kib - 1) / kib,
                     age_days(entry), base::user_name_or_number(entry.owner),
                     entry.is_alive ? "being written" : "dead");
}

base::ExitStatus list(const std::vector<Entry>& entries, const Arguments& arguments) {
  Output output;
  output.write(fmt::format("{:<28} {:<20} {:>10} {:>10} {:>8} {:<12} {}\n", "run", "host",
                           "samples", "KiB", "days", "owner", "state"));
  for (const Entry& entry : entries)
    if (is_chosen(entry, arguments)) output.write(line_of(entry));
  output.finish();
  return base::ExitStatus::complete;
}

/// Of a run whose journals go: the marks are for its recovery, too.
void remove_marks(const Entry& entry) {
  if (entry.marks.empty()) return;
  for (const auto& path : {entry.marks, marks::moved_marks_path(entry.marks, entry.run)}) {
    std::error_code ignored;
    if (marks::read(path, ::geteuid(), entry.run)) std::filesystem::remove(path, ignored);
  }
}

/// Removes only this user's journals of ended runs, and reports the others.
base::ExitStatus remove_them(const std::vector<Entry>& entries, const Arguments& arguments) {
  auto status = base::ExitStatus::complete;
  for (const Entry& entry : entries) {
    if (!is_chosen(entry, arguments)) continue;
    const bool is_ours = entry.owner == ::geteuid();
    if (!is_ours || entry.is_alive) {
      base::log("tscollect journals: {} of {} stays: {}\n", base::displayed(entry.run),
                base::displayed(entry.host),
                is_ours ? std::string("it is being written")
                        : fmt::format("it is {}'s", base::user_name_or_number(entry.owner)));
      continue;
    }
    for (const std::filesystem::path& path : entry.paths) {
      std::error_code error;
      std::filesystem::remove(path, error);
      if (!error) continue;
      base::log("tscollect journals: {}: cannot remove: {}\n", path.string(), error.message());
      status = base::ExitStatus::not_written;
    }
    remove_marks(entry);
    base::log("tscollect journals: removed {} of {}: {} samples\n", base::displayed(entry.run),
              base::displayed(entry.host), entry.samples);
  }
  return status;
}

uid_t owner_of(const Arguments& arguments) {
  if (arguments.owner.empty()) return ::geteuid();
  const auto user = base::find_user(arguments.owner);
  if (!user) throw base::UsageError(fmt::format("--owner {}", user.error().message));
  return *user;
}

std::vector<std::filesystem::path> folders_of(const Arguments& arguments) {
  if (!arguments.folders.empty()) return arguments.folders;
  options::JournalFolders usual = options::journal_folders();
  for (const std::string& warning : usual.warnings)
    base::log("tscollect journals: warning: {}\n", base::displayed(warning));
  return std::move(usual.folders);
}

base::ExitStatus run_command(const Arguments& arguments) {
  const auto folders = folders_of(arguments);
  const uid_t owner = owner_of(arguments);
  if (owner != ::geteuid()) {
    if (::geteuid() == 0)
      if (const auto acting = act_as(owner); !acting)
        throw base::UsageError(
            fmt::format("--owner {}: {}", arguments.owner, acting.error().message));
    if (!arguments.unlimited) go_on_under_limits(folders);
  }
  const auto entries = look_for(folders, owner);
  return arguments.remove ? remove_them(entries, arguments) : list(entries, arguments);
}

}  // namespace

void add_journals_command(CLI::App& program, base::ExitStatus& status) {
  CLI::App* command = program.add_subcommand(
      "journals", "List or remove the journals that killed runs have left on this node");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("--journal-dir", arguments->folders,
                   "Folder to look in; repeatable; default: that of a run that is started here, as "
                   "$TSCOLLECT_JOURNAL_DIR or an option file says, else $SLURM_TMPDIR, $TMPDIR or "
                   "/tmp")
      ->type_name("DIR");
  command->add_option("--run", arguments->run, "Only those of this run; default: any run")
      ->type_name("ID");
  command
      ->add_option("--owner", arguments->owner,
                   "Those of this user, by name or number, with the rights of this user; default: "
                   "the calling user, also for root")
      ->type_name("USER");
  command
      ->add_option("--older-than", arguments->older_than_days,
                   "Only those not written to for this many days; default: any age")
      ->type_name("DAYS")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--remove", arguments->remove,
                    "Remove them, but none that is being written; needs --run or --older-than");
  add_unlimited_option(*command, arguments->unlimited);
  command->callback([arguments, &status] {
    if (arguments->remove && arguments->run.empty() && arguments->older_than_days < 0)
      throw base::UsageError("journals --remove: say which with --run ID or --older-than DAYS");
    status = run_command(*arguments);
  });
}

}  // namespace tscollect::tool
