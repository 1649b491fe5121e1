#include "block/privacy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

namespace tscollect::block {

namespace {

constexpr std::string_view shown_path = "(path)";

/// Punctuation around a path in a sentence.
constexpr std::string_view opening = "'\"(";
constexpr std::string_view closing = "'\").,:;";

/// Whether a word is a path or the folder of a server ("server:/export").
bool is_path(std::string_view word) {
  if (word.find(":/") != std::string_view::npos) return true;
  return word.starts_with('/') || word.starts_with("~/") || word.starts_with("./") ||
         word.starts_with("../");
}

bool is_of_the_kernel(std::string_view path) {
  return path == "/proc" || path == "/sys" || path.starts_with("/proc/") ||
         path.starts_with("/sys/");
}

/// The name of a row that must not be shown; empty: it may be.
std::string hidden_name(const HostSource& source, std::size_t row) {
  if (!is_path(source.rows[row].name)) return {};
  return fmt::format("{} {}", source.row_dimension, row + 1);
}

void hide_texts(std::vector<std::string>& texts) {
  for (std::string& text : texts)
    if (is_path(text)) text.clear();
}

/// A job's name is free text, and often a path or what the user works on.
bool is_job_name(std::string_view variable) {
  return variable.ends_with("JOB_NAME") || variable.ends_with("JOBNAME");
}

/// Row names before and after.
using NewNames = std::map<std::string, std::string, std::less<>>;

NewNames rename_rows(HostSource& source) {
  NewNames names;
  for (std::size_t row = 0; row < source.rows.size(); ++row) {
    hide_texts(source.rows[row].texts);
    const std::string name = hidden_name(source, row);
    if (name.empty()) continue;
    names.emplace(source.rows[row].name, name);
    source.rows[row].name = name;
  }
  hide_texts(source.excluded_rows);
  std::erase(source.excluded_rows, "");
  // "row.field"; a path may have dots, a field has none.
  for (std::string& column : source.uint64_columns) {
    const std::size_t dot = column.rfind('.');
    if (dot == std::string::npos) continue;
    if (const auto found = names.find(std::string_view(column).substr(0, dot));
        found != names.end())
      column = found->second + column.substr(dot);
  }
  return names;
}

/// "2026-01-24T22:20:00Z tscollect-mpi 0.1.0: …" without what follows the colon, unless that is not
/// a command line.
std::string without_arguments(std::string_view line) {
  constexpr std::string_view end_of_head = ": ";
  constexpr std::string_view recovered = "recovered from journals";
  const std::size_t end = line.find(end_of_head);
  if (end == std::string_view::npos || line.ends_with(recovered)) return std::string(line);
  return fmt::format("{}: --private", line.substr(0, end));
}

}  // namespace

std::string without_paths(std::string_view text) {
  std::string shown;
  bool in_path = false;  // its folders may have blanks in their names
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = std::min(text.find_first_not_of(" \n", at), text.size());
    shown += text.substr(at, begin - at);
    const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    at = end;
    const std::size_t first = std::min(word.find_first_not_of(opening), word.size());
    const std::size_t last = word.find_last_not_of(closing);
    const std::string_view core =
        last == std::string_view::npos || last < first ? "" : word.substr(first, last + 1 - first);
    const bool goes_on = in_path && core.find('/') != std::string_view::npos;
    const bool is_hidden = goes_on || (is_path(core) && !is_of_the_kernel(core));
    if (!is_hidden) {
      shown += word;
      in_path = in_path && core.size() == word.size() && !word.empty();
      continue;
    }
    shown += word.substr(0, first);
    shown += shown_path;
    shown += word.substr(last + 1);
    in_path = last + 1 == word.size();
  }
  return shown;
}

void hide_private(HostFacts& facts) {
  facts.boot_id.clear();
  facts.addresses.clear();
}

void hide_private(HostBlock& block) {
  HostSummary& summary = block.summary;
  hide_private(summary.facts);
  for (std::string* text :
       {&summary.journal_error, &summary.sampling_error, &summary.reading_error})
    *text = without_paths(*text);
  for (std::string& text : summary.absent_sources) text = without_paths(text);
  for (HostError& error : block.errors) error.message = without_paths(error.message);
  for (HostSource& source : block.sources) {
    const NewNames names = rename_rows(source);
    for (CounterReset& reset : block.resets)
      if (const auto found = names.find(reset.device);
          reset.source == source.name && found != names.end())
        reset.device = found->second;
  }
}

void hide_private(RunInfo& run) {
  run.stop_reason = without_paths(run.stop_reason);
  if (run.command) run.command->line.clear();
  std::erase_if(run.job_ids, [](const auto& id) { return is_job_name(id.first); });
  std::string history;
  for (std::size_t at = 0; at <= run.history.size();) {
    const std::size_t end = std::min(run.history.find('\n', at), run.history.size());
    if (at > 0) history += '\n';
    history += without_arguments(std::string_view(run.history).substr(at, end - at));
    at = end + 1;
  }
  run.history = std::move(history);
}

}  // namespace tscollect::block
