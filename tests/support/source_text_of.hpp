#pragma once

#include "support/table_view.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace tscollect::test {

/// The text of a source below a fixture, put together as plainly as can be: of a source of one file
/// that file, of several each line behind its file's prefix. Empty if the tree has no such file.
inline std::string source_text_of(const table::Source& source, const std::string& tree) {
  const table::Roots roots{fixture_path(tree) / "proc", fixture_path(tree) / "sys"};
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
