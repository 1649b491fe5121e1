#pragma once

#include "options/collect_options.hpp"
#include "options/option_declarer.hpp"

#include <string>

namespace tscollect::options {

/// The journal's options as given on the command line, before units are converted.
struct RawJournalOptions {
  bool none = false;
  double sync = 0;
  double part_mib = 16;
  double limit_mib = 0;
  std::string owner;
};

/// Adds the options of the journal and of --recover.
void add_journal_options(OptionDeclarer& declare, CollectOptions& options,
                         RawJournalOptions& words);

void resolve(const RawJournalOptions& words, JournalOptions& options);
void resolve(const RawJournalOptions& words, RecoverOptions& options);

}  // namespace tscollect::options
