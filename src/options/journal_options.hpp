#pragma once

#include "options/collect_options.hpp"
#include "options/option_declarer.hpp"

#include <string>

namespace tscollect::app {

/// What the command line says about journals, before units are resolved.
struct JournalWords {
  bool none = false;
  double sync = 0;
  double part_mib = 16;
  double limit_mib = 0;
  std::string owner;
};

/// Adds the options of the journal and of --recover.
void add_journal_options(OptionDeclarer& declare, CollectOptions& options, JournalWords& words);

void resolve(const JournalWords& words, JournalOptions& options);
void resolve(const JournalWords& words, RecoverOptions& options);

}  // namespace tscollect::app
