#pragma once

#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

// A fixture read a second time, by a parser that shares nothing with the library and is as plain as
// can be: what both find in good trees must be the same.

namespace tscollect::test {

inline const std::vector<std::string> good_trees = {
    "linux-2.6.18",       "linux-3.10",        "linux-4.18",      "linux-5.14",
    "linux-6.18",         "container-lxcfs",   "vmstat-negative", "meminfo-zero-padded",
    "netdev-glued-colon", "netdev-alias-colon"};

inline std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// `read`: the plain parser of the source's text.
inline void expect_agreement(const table::Source& source, Cells (*read)(std::string)) {
  for (const std::string& tree : good_trees) {
    const std::string text = source_text_of(source, tree);
    if (text.empty()) continue;  // not every tree has what came with later kernels
    const table::Table table = table_of(source, text);
    EXPECT_EQ(table.error(), "") << tree;
    EXPECT_EQ(present_cells(table),
              read(source.rearrange == nullptr ? text : raw_text_of(source, tree)))
        << tree;
  }
}

}  // namespace tscollect::test
