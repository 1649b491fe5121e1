#pragma once

#include "support/table_view.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace tscollect::test {

/// The files of a source below a fixture as they are, one behind the other.
inline std::string raw_text_of(const table::Source& source, const std::string& tree) {
  const table::Roots roots{fixture_path(tree) / "proc", fixture_path(tree) / "sys"};
  std::string text;
  std::vector<table::SourceFile> files = {{roots.procfs / source.description.path, ""}};
  if (source.find_files != nullptr) {
    auto found = source.find_files(roots);
    files = found ? std::move(*found) : std::vector<table::SourceFile>();
  }
  for (const table::SourceFile& each : files) {
    std::ifstream file(each.path, std::ios::binary);
    text.append(std::istreambuf_iterator<char>(file), {});
  }
  return text;
}

/// The text of a source below a fixture, put together as plainly as can be: of a source of one file
/// that file, of several each line behind its file's prefix. Empty if the tree has no such file.
inline std::string source_text_of(const table::Source& source, const std::string& tree) {
  const table::Roots roots{fixture_path(tree) / "proc", fixture_path(tree) / "sys"};
  if (source.is_reading_time) return {};  // there is no file
  if (source.rearrange != nullptr) {      // none of them has a prefix
    procfs::TextBuffer text;
    source.rearrange(raw_text_of(source, tree), {}, text);
    return std::string(text.view());
  }
  if (source.find_files == nullptr) {
    std::ifstream file(roots.procfs / source.description.path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string text;
  const auto files = source.find_files(roots);
  if (!files) return text;
  for (const table::SourceFile& each : *files) {
    std::ifstream file(each.path);
    for (std::string line; std::getline(file, line);) text += each.prefix + ' ' + line + '\n';
  }
  return text;
}

}  // namespace tscollect::test
