#include "journal/part.hpp"

#include "journal/reader.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace tscollect::journal {

bool is_taken_away(const Part& part) {
  struct stat status {};
  return fstat(part.file.get(), &status) == 0 &&
         (status.st_nlink == 0 || static_cast<std::uint64_t>(status.st_size) < part.bytes);
}

void shorten(const Part& part) {
  [[maybe_unused]] const int shortened = ftruncate(part.file.get(), static_cast<off_t>(part.bytes));
}

void remove_file(const Part& part) {
  struct stat status {};
  if (lstat(part.path.c_str(), &status) == 0 && identity_of(status) == part.identity)
    unlink(part.path.c_str());
}

Loss loss_of(const Part& part) {
  const std::string name = part.path.filename().string();
  const OpenedJournal opened = open_journal(part.path, geteuid());
  struct stat status {};
  if (!opened.error.empty() || fstat(opened.file.get(), &status) != 0 ||
      identity_of(status) != part.identity)
    return {fmt::format("{} has been deleted", name), part.samples};
  if (part.state != PartState::taken_away &&
      static_cast<std::uint64_t>(status.st_size) >= part.bytes)
    return {};
  const auto reader = Reader::open(part.path);
  const std::int64_t left = reader ? std::min(reader->contents().samples, part.samples) : 0;
  return {fmt::format("{} has been cut short", name), part.samples - left};
}

}  // namespace tscollect::journal
