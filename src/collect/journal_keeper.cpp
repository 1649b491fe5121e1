#include "collect/journal_keeper.hpp"

#include "base/format.hpp"
#include "base/log.hpp"

#include <fmt/format.h>

#include <utility>

namespace tscollect::app {

JournalKeeper::JournalKeeper(std::string host, journal::Header header,
                             journal::WriterOptions options)
    : host_(std::move(host)), writer_(std::move(header), std::move(options)) {
  publish();
}

void JournalKeeper::publish() {
  const std::lock_guard lock(mutex_);
  path_ = writer_.exists() ? writer_.path().string() : std::string();
  fault_ = writer_.fault();
}

bool JournalKeeper::keep(std::span<const std::byte> records) {
  if (!writer_.fault().empty()) return false;
  static_cast<void>(writer_.append(records));
  const bool begun = writer_.part_is_full() && writer_.begin_part();
  if (begun || !writer_.fault().empty()) publish();
  if (!writer_.fault().empty())
    record::tell("tscollect-mpi: {}: {}; its journal ends after {} samples, and sampling goes on\n",
                 host_, writer_.fault(), writer_.samples());
  return begun;
}

std::string JournalKeeper::path() const {
  const std::lock_guard lock(mutex_);
  return path_;
}

std::string JournalKeeper::fault() const {
  const std::lock_guard lock(mutex_);
  return fault_;
}

std::string JournalKeeper::lack() const {
  std::string lack;
  if (writer_.dropped_samples() > 0)
    lack = fmt::format("the first {} have left it", counted(writer_.dropped_samples(), "sample"));
  if (!writer_.fault().empty())
    lack += fmt::format("{}ends after {}", lack.empty() ? "" : "; ",
                        counted(writer_.samples(), "sample"));
  if (const std::string damage = writer_.damage(); !damage.empty())
    lack += (lack.empty() ? "" : "; ") + damage;
  return lack;
}

void JournalKeeper::remove() { writer_.remove(); }

}  // namespace tscollect::app
