#include "journal/journal_set.hpp"

#include "base/checked_math.hpp"
#include "journal/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace tscollect::journal {

Found look_at(std::span<const std::filesystem::path> paths, uid_t owner) {
  Found found;
  const auto look = [&](const std::filesystem::path& path) {
    OpenedJournal opened = open_journal(path, owner);
    if (opened.foreign) return note_foreign(found.foreign, opened.owner, path);
    const auto reader = opened.error.empty() ? Reader::adopt(std::move(opened.file), path)
                                             : Result<Reader>(Error{std::move(opened.error)});
    // It is opened again later: there may be more journals than a process may have open files.
    if (reader)
      found.journals.push_back(reader->contents());
    else
      found.refused.push_back(fmt::format("{}: {}", path.string(), reader.error().message));
  };
  for (const std::filesystem::path& path : paths) {
    std::error_code ignored;
    // A link to a folder is followed, as the user named it; links in the folder are not.
    if (!std::filesystem::is_directory(path, ignored)) {
      look(path);
      continue;
    }
    try {
      for (const auto& journal : journals_in(path)) look(journal);
    } catch (const std::filesystem::filesystem_error& error) {
      found.refused.push_back(
          fmt::format("{}: cannot read the folder: {}", path.string(), error.code().message()));
    }
  }
  return found;
}

namespace {

/// Converted to rank 0's clock, if the clocks were compared.
std::int64_t start_on_common_clock(const Header& header) {
  const block::ClockOffset& clock = header.clock_at_start;
  return clock.uncertainty_ns < 0
             ? header.start_time_ns
             : base::saturating_difference(header.start_time_ns, clock.offset_ns);
}

}  // namespace

std::vector<Run> runs_of(std::span<const Contents> journals) {
  std::map<std::string, Run> by_id;
  for (const Contents& journal : journals) {
    Run& run = by_id[journal.header.run_id];
    run.id = journal.header.run_id;
    run.is_alive = run.is_alive || journal.being_written;
    const std::int64_t start_ns = start_on_common_clock(journal.header);
    if (run.journals++ == 0 || start_ns < run.start_time_ns) run.start_time_ns = start_ns;
  }
  std::vector<Run> runs;
  runs.reserve(by_id.size());
  for (auto& [id, run] : by_id) runs.push_back(std::move(run));
  std::ranges::stable_sort(runs, {}, &Run::start_time_ns);
  return runs;
}

namespace {

auto place_of(const Contents& journal) {
  return std::tie(journal.header.host, journal.header.part);
}

/// Whether both are probably the same file, in a folder shared by several nodes.
bool is_same_file(const Contents& a, const Contents& b) {
  return a.node != b.node && a.path == b.path && a.seed == b.seed;
}

}  // namespace

std::vector<std::string> keep_longest(std::vector<Contents>& journals) {
  std::ranges::stable_sort(journals, [](const Contents& a, const Contents& b) {
    return place_of(a) != place_of(b) ? place_of(a) < place_of(b) : a.samples > b.samples;
  });
  std::vector<std::string> lines;
  std::vector<Contents> kept;
  for (Contents& journal : journals) {
    if (kept.empty() || place_of(kept.back()) != place_of(journal)) {
      kept.push_back(std::move(journal));
      continue;
    }
    if (kept.back().path == journal.path && journal.being_written) {
      // In a shared folder each node may have seen another length; either is good.
      if (journal.node < kept.back().node) kept.back() = std::move(journal);
      continue;
    }
    if (is_same_file(kept.back(), journal)) continue;
    lines.push_back(fmt::format("{} is another journal of {} ({} samples); using {} ({})",
                                journal.path.string(), journal.header.host, journal.samples,
                                kept.back().path.string(), kept.back().samples));
  }
  journals = std::move(kept);
  return lines;
}

std::vector<std::span<const Contents>> by_host(std::span<const Contents> journals) {
  std::vector<std::span<const Contents>> hosts;
  for (std::size_t begin = 0; begin < journals.size();) {
    std::size_t end = begin;
    while (end < journals.size() && journals[end].header.host == journals[begin].header.host) ++end;
    hosts.push_back(journals.subspan(begin, end - begin));
    begin = end;
  }
  return hosts;
}

Missing missing_from(std::span<const Contents> journals) {
  std::set<std::string> asked;
  std::set<std::string> found;
  std::int64_t count = 0;
  for (const Contents& journal : journals) {
    asked.insert(journal.header.hosts_requested.begin(), journal.header.hosts_requested.end());
    found.insert(journal.header.host);
    count = std::max(count, journal.header.host_count);
  }
  Missing missing;
  std::ranges::set_difference(asked, found, std::back_inserter(missing.names));
  const auto named = static_cast<std::int64_t>(found.size() + missing.names.size());
  missing.unnamed = std::max<std::int64_t>(0, count - named);
  return missing;
}

}  // namespace tscollect::journal
