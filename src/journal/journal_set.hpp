#pragma once

#include "journal/reader.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

/// Journals found in files and folders.
struct Found {
  std::vector<Contents> journals;
  std::vector<std::string> refused;      ///< "path: why it is not a usable journal"
  std::vector<ForeignJournals> foreign;  ///< journals of other users, which are not read
};

/// Reads the contents of files of `owner`, and in folders of every file with the name of a journal.
[[nodiscard]] Found look_at(std::span<const std::filesystem::path> paths, uid_t owner = geteuid());

/// The runs of the journals, ordered by their start.
struct Run {
  std::string id;
  std::int64_t start_time_ns = 0;
  std::size_t journals = 0;
  bool is_alive = false;  ///< its journals are still being written
};
[[nodiscard]] std::vector<Run> runs_of(std::span<const Contents> journals);

/// Keeps one copy of each part of each host's journal, the one with most samples, sorted by host
/// and part. Returns a message about each copy that was dropped, unless it is the same file seen
/// from another node.
[[nodiscard]] std::vector<std::string> keep_longest(std::vector<Contents>& journals);

/// The parts of each host's journal, from the result of keep_longest().
[[nodiscard]] std::vector<std::span<const Contents>> by_host(std::span<const Contents> journals);

/// Hosts expected in the run that have no journal, as far as their names are known.
struct Missing {
  std::vector<std::string> names;
  std::int64_t unnamed = 0;
};
[[nodiscard]] Missing missing_from(std::span<const Contents> journals);

}  // namespace tscollect::journal
