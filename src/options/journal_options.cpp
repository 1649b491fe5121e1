#include "options/journal_options.hpp"

#include "base/process/user_name.hpp"
#include "options/option_checks.hpp"
#include "journal/owner.hpp"

#include <cmath>

namespace tscollect::options {

namespace {

constexpr double most_mib = 1 << 20;

std::uint64_t to_bytes(double mib) {
  return static_cast<std::uint64_t>(std::llround(mib * (1 << 20)));
}

void add_journal(OptionDeclarer& declare, JournalOptions& options, RawJournalOptions& words) {
  declare.begin_group("The journal");
  declare.option("--journal-dir", options.folder, "DIR",
                 "Folder for each node's crash journal; default: $SLURM_TMPDIR, $TMPDIR or /tmp");
  declare.flag("--no-journal", words.none,
               "Keep samples in memory only: they are lost if the run is killed");
  declare
      .option("--journal-sync", words.sync, "SECONDS",
              "Seconds between syncs of the journal to disk, which delay the next sample if the "
              "disk is slow; default: left to the kernel")
      ->check(seconds_between(0.001, 86400));
  declare
      .option("--journal-part", words.part_mib, "MIB",
              "MiB of a journal's file, after which a new one begins; each can be read without the "
              "others")
      ->capture_default_str()
      ->check(CLI::Range(0.001, most_mib));
  declare
      .option("--journal-limit", words.limit_mib, "MIB",
              "MiB of a journal on each node, beyond which its oldest samples are removed, though "
              "not from memory; 0: no limit")
      ->capture_default_str()
      ->check(CLI::Range(0., most_mib));
}

std::string error_in_owner(const std::string& user) {
  const auto found = base::find_user(user);
  return found ? std::string() : found.error().message;
}

void add_recover(OptionDeclarer& declare, RecoverOptions& options, RawJournalOptions& words) {
  declare.begin_group("Recovering a killed run");
  auto* recover = declare.flag(
      "--recover", options.asked,
      "Do not sample: write the file of a killed run from the journals in every node's "
      "--journal-dir, into --output or else recovered_RUN.h5 in the current folder");
  declare
      .option("--run", options.run, "ID",
              "Which run to recover; default: the newest that has ended")
      ->needs(recover);
  declare
      .option("--owner", words.owner, "USER",
              "User, by name or number, whose journals --recover reads; those of others are "
              "skipped, as they may be forged; default: the calling user, also for root")
      ->check(checked(error_in_owner))
      ->needs(recover);
}

}  // namespace

void add_journal_options(OptionDeclarer& declare, CollectOptions& options,
                         RawJournalOptions& words) {
  add_journal(declare, options.journal, words);
  add_recover(declare, options.recover, words);
}

void resolve(const RawJournalOptions& words, RecoverOptions& options) {
  if (const auto user = base::find_user(words.owner); !words.owner.empty() && user)
    options.owner = *user;
}

void resolve(const RawJournalOptions& words, JournalOptions& options) {
  constexpr double ns_per_second = 1e9;
  options.enabled = !words.none;
  options.limit_bytes = to_bytes(words.limit_mib);
  options.part_bytes = to_bytes(words.part_mib);
  if (words.sync > 0)
    options.sync_every = std::chrono::nanoseconds(std::llround(words.sync * ns_per_second));
}

}  // namespace tscollect::options
