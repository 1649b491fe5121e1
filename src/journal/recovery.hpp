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
  std::vector<std::string> refused;  ///< "path: why it is no usable journal"
};

/// Looks at files, and in folders at every file with the name of a journal.
[[nodiscard]] Found look_at(std::span<const std::filesystem::path> paths);

/// The runs that journals belong to, in the order of their start, with a line about each.
struct Run {
  std::string id;
  std::int64_t start_time_ns = 0;
  std::size_t journals = 0;
};
[[nodiscard]] std::vector<Run> runs_of(std::span<const Contents> journals);

/// Leaves one journal per host, the one with most samples, sorted by host. Returns a line about
/// each that was put aside.
[[nodiscard]] std::vector<std::string> keep_longest(std::vector<Contents>& journals);

/// Hosts that the run asked for and of which there is no journal, as far as their names are known.
struct Missing {
  std::vector<std::string> names;
  std::int64_t unnamed = 0;
};
[[nodiscard]] Missing missing_from(std::span<const Contents> journals);

}  // namespace tscollect::journal
