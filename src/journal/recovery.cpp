#include "journal/recovery.hpp"

#include "journal/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace tscollect::journal {

Found look_at(std::span<const std::filesystem::path> paths) {
  Found found;
  const auto look = [&found](const std::filesystem::path& path) {
    // Opened again when its turn comes: there may be more journals than a process may have files.
    if (const auto reader = Reader::open(path); reader)
      found.journals.push_back(reader->contents());
    else
      found.refused.push_back(fmt::format("{}: {}", path.string(), reader.error().message));
  };
  for (const std::filesystem::path& path : paths) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(std::filesystem::symlink_status(path, ignored))) {
      look(path);
      continue;
    }
    try {
      for (const auto& journal : journals_in(path)) look(journal);
    } catch (const std::filesystem::filesystem_error& fault) {
      found.refused.push_back(
          fmt::format("{}: cannot read the folder: {}", path.string(), fault.code().message()));
    }
  }
  return found;
}

std::vector<Run> runs_of(std::span<const Contents> journals) {
  std::map<std::string, Run> by_id;
  for (const Contents& journal : journals) {
    Run& run = by_id[journal.header.run_id];
    run.id = journal.header.run_id;
    if (run.journals++ == 0 || journal.header.start_time_ns < run.start_time_ns)
      run.start_time_ns = journal.header.start_time_ns;
  }
  std::vector<Run> runs;
  for (auto& [id, run] : by_id) runs.push_back(std::move(run));
  std::ranges::stable_sort(runs, {}, &Run::start_time_ns);
  return runs;
}

std::vector<std::string> keep_longest(std::vector<Contents>& journals) {
  std::ranges::stable_sort(journals, [](const Contents& a, const Contents& b) {
    return a.header.host != b.header.host ? a.header.host < b.header.host : a.samples > b.samples;
  });
  std::vector<std::string> lines;
  std::vector<Contents> kept;
  for (Contents& journal : journals) {
    if (kept.empty() || kept.back().header.host != journal.header.host) {
      kept.push_back(std::move(journal));
      continue;
    }
    lines.push_back(fmt::format("{} is a second journal of {} ({} samples); taken is {} ({})",
                                journal.path.string(), journal.header.host, journal.samples,
                                kept.back().path.string(), kept.back().samples));
  }
  journals = std::move(kept);
  return lines;
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
