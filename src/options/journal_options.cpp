#include "options/journal_options.hpp"

#include "options/option_checks.hpp"
#include "journal/owner.hpp"

#include <cmath>

namespace tscollect::app {

namespace {

constexpr double most_mib = 1 << 20;

std::uint64_t to_bytes(double mib) {
  return static_cast<std::uint64_t>(std::llround(mib * (1 << 20)));
}

void add_journal(CLI::App& app, JournalOptions& options, JournalWords& words) {
  app.option_defaults()->group("The journal");
  app.add_option("--journal-dir", options.folder,
                 "Folder for each node's crash journal; default: $SLURM_TMPDIR, $TMPDIR or /tmp")
      ->type_name("DIR")
      ->envname("TSCOLLECT_JOURNAL_DIR");
  app.add_flag("--no-journal", words.none,
               "Keep samples in memory only: they are lost if the run is killed")
      ->envname("TSCOLLECT_NO_JOURNAL");
  app.add_option("--journal-sync", words.sync,
                 "Seconds after which the journal is forced to disk, which delays the next sample "
                 "where disks are slow; default: when the kernel sees fit")
      ->type_name("SECONDS")
      ->envname("TSCOLLECT_JOURNAL_SYNC")
      ->check(seconds_between(0.001, 86400));
  app.add_option("--journal-part", words.part_mib,
                 "MiB at which a journal goes on in a next file, readable without the ones before")
      ->type_name("MIB")
      ->capture_default_str()
      ->envname("TSCOLLECT_JOURNAL_PART")
      ->check(CLI::Range(0.001, most_mib));
  app.add_option("--journal-limit", words.limit_mib,
                 "MiB that a journal may take on each node; beyond it the oldest samples leave the "
                 "journal, though not the memory; 0: no limit")
      ->type_name("MIB")
      ->capture_default_str()
      ->envname("TSCOLLECT_JOURNAL_LIMIT")
      ->check(CLI::Range(0., most_mib));
}

std::string fault_of_owner(const std::string& user) {
  const auto found = journal::find_user(user);
  return found ? std::string() : found.error().message;
}

void add_recover(CLI::App& app, RecoverOptions& options, JournalWords& words) {
  app.option_defaults()->group("Recovering a dead run");
  auto* recover =
      app.add_flag("--recover", options.asked,
                   "Do not sample: write the file of a dead run from the journals in every node's "
                   "--journal-dir, into --output or else recovered_RUN.h5 in the current folder")
          ->envname("TSCOLLECT_RECOVER");
  app.add_option("--run", options.run, "Which run to recover; default: the newest that is over")
      ->type_name("ID")
      ->envname("TSCOLLECT_RUN")
      ->needs(recover);
  app.add_option("--owner", words.owner,
                 "User, by name or number, whose journals --recover takes; those of others are "
                 "left alone, as they may be forged; default: who runs this, also for root")
      ->type_name("USER")
      ->envname("TSCOLLECT_OWNER")
      ->check(checked(fault_of_owner))
      ->needs(recover);
}

}  // namespace

void add_journal_options(CLI::App& app, CollectOptions& options, JournalWords& words) {
  add_journal(app, options.journal, words);
  add_recover(app, options.recover, words);
}

void resolve(const JournalWords& words, RecoverOptions& options) {
  if (const auto user = journal::find_user(words.owner); !words.owner.empty() && user)
    options.owner = *user;
}

void resolve(const JournalWords& words, JournalOptions& options) {
  constexpr double ns_per_second = 1e9;
  options.enabled = !words.none;
  options.limit_bytes = to_bytes(words.limit_mib);
  options.part_bytes = to_bytes(words.part_mib);
  if (words.sync > 0)
    options.sync_every = std::chrono::nanoseconds(std::llround(words.sync * ns_per_second));
}

}  // namespace tscollect::app
