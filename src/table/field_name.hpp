#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace tscollect::table {

/// The name of a field, made of pieces of a line without memory of its own. What is too long for a
/// kernel's name is cut.
class FieldName {
 public:
  FieldName& add(std::string_view piece) {
    const std::size_t size = std::min(piece.size(), text_.size() - size_);
    piece.copy(text_.data() + size_, size);
    size_ += size;
    return *this;
  }
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 160> text_;  // not zeroed: it is made for every line that changed
  std::size_t size_ = 0;
};

}  // namespace tscollect::table
