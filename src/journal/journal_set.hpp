#pragma once

#include "journal/reader.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tscollect::journal {

/// What files and folders turned out to hold.
struct Found {
  std::vector<Contents> journals;
  std::vector<std::string> refused;      ///< "path: why it is no usable journal"
  std::vector<ForeignJournals> foreign;  ///< of other users, and left alone
};

/// Looks at files of that user, and in folders at every one with the name of a journal.
[[nodiscard]] Found look_at(std::span<const std::filesystem::path> paths, uid_t owner = geteuid());

/// The runs that journals belong to, in the order of their start.
struct Run {
  std::string id;
  std::int64_t start_time_ns = 0;
  std::size_t journals = 0;
  bool is_alive = false;  ///< somebody is still writing
};
[[nodiscard]] std::vector<Run> runs_of(std::span<const Contents> journals);

/// Leaves each part of each host's journal once, the copy with most samples, sorted by host and
/// part. Returns a line about each that was put aside, unless it is the same file seen from
/// another node.
[[nodiscard]] std::vector<std::string> keep_longest(std::vector<Contents>& journals);

/// The parts of each host's journal, as keep_longest() leaves them.
[[nodiscard]] std::vector<std::span<const Contents>> by_host(std::span<const Contents> journals);

/// Hosts that the run asked for and of which there is no journal, as far as their names are known.
struct Missing {
  std::vector<std::string> names;
  std::int64_t unnamed = 0;
};
[[nodiscard]] Missing missing_from(std::span<const Contents> journals);

}  // namespace tscollect::journal
