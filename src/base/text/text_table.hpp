#pragma once

#include <string>
#include <vector>

namespace tscollect::base {

/// Rows of cells, printed in columns as wide as their widest cell: the first column left-aligned,
/// the others, being numbers, right-aligned.
class TextTable {
 public:
  /// `indent`: blanks before each line. `left`: number of left-aligned columns.
  explicit TextTable(std::vector<std::string> heading, std::size_t indent = 2,
                     std::size_t left = 1);

  void add(std::vector<std::string> row);
  /// A line of its own below the last row.
  void add_note(std::string note);

  [[nodiscard]] std::string text() const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string note;
  };

  std::vector<Row> rows_;
  std::size_t indent_;
  std::size_t left_;
};

}  // namespace tscollect::base
