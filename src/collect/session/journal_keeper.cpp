#include "collect/session/journal_keeper.hpp"

#include "base/text/format.hpp"
#include "base/log.hpp"

#include <fmt/format.h>

#include <utility>

namespace tscollect::collect {

namespace {

/// Number of reported interruptions and resumptions of the journal.
constexpr int most_changes_told = 10;

}  // namespace

JournalKeeper::JournalKeeper(std::string host, journal::Header header,
                             journal::WriterOptions options)
    : host_(std::move(host)), writer_(std::move(header), std::move(options)) {
  publish();
}

void JournalKeeper::publish() {
  const std::lock_guard lock(mutex_);
  path_ = writer_.exists() ? writer_.path().string() : std::string();
  error_ = writer_.exists() ? std::string() : writer_.error();
}

bool JournalKeeper::keep(std::span<const std::byte> records) {
  const bool was_kept = writer_.error().empty();
  static_cast<void>(writer_.append(records));
  const bool begun = writer_.part_is_full() && writer_.begin_part();
  if (begun) publish();
  if (writer_.error().empty() != was_kept) log_change();
  return begun;
}

void JournalKeeper::log_change() {
  if (changes_told_ == most_changes_told) return;
  ++changes_told_;
  if (writer_.error().empty())
    base::log("tscollect-mpi: {}: the journal goes on in {}\n", host_, writer_.path().string());
  else
    base::log(
        "tscollect-mpi: {}: {}; sampling goes on in memory, and the journal resumes when a new "
        "part of it can be written\n",
        host_, writer_.error());
}

std::string JournalKeeper::path() const {
  const std::lock_guard lock(mutex_);
  return path_;
}

std::string JournalKeeper::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

std::string JournalKeeper::loss() const {
  std::string loss;
  if (writer_.dropped_samples() > 0)
    loss = fmt::format("the first {} were removed for its size limit",
                       base::counted(writer_.dropped_samples(), "sample"));
  if (const std::string unexpected = writer_.loss(); !unexpected.empty())
    loss += (loss.empty() ? "" : "; ") + unexpected;
  return loss;
}

void JournalKeeper::remove() { writer_.remove(); }

}  // namespace tscollect::collect
