#pragma once

#include <string>
#include <vector>

namespace tscollect::base {

/// Rows of cells, printed in columns as wide as their widest cell: the first column to the left,
/// the others to the right, as they are numbers.
class TextTable {
 public:
  /// `indent`: blanks before each line. `left`: that many columns are aligned to the left.
  explicit TextTable(std::vector<std::string> heading, std::size_t indent = 2,
                     std::size_t left = 1);

  void add(std::vector<std::string> row);
  /// A line of its own below the row added last.
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
