#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace tscollect::table {

/// The name of a field, composed of pieces of a line without allocating. A name too long for a
/// kernel's is cut.
class FieldName {  // NOLINT(cppcoreguidelines-pro-type-member-init): text_
 public:
  FieldName& add(std::string_view piece) {
    const std::size_t size = std::min(piece.size(), text_.size() - size_);
    piece.copy(text_.data() + size_, size);
    size_ += size;
    return *this;
  }
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 160> text_;  // not zeroed, as it is created for every changed line
  std::size_t size_ = 0;
};

}  // namespace tscollect::table
