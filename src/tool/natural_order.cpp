#include "tool/natural_order.hpp"

#include <algorithm>

namespace tscollect::tool {

namespace {

constexpr std::string_view digits = "0123456789";

/// Removes a number without its leading zeros, or a run of other characters, from the front.
std::string_view next_piece(std::string_view& name, bool& is_number) {
  is_number = digits.find(name.front()) != std::string_view::npos;
  const std::size_t end = std::min(
      is_number ? name.find_first_not_of(digits) : name.find_first_of(digits), name.size());
  std::string_view piece = name.substr(0, end);
  name.remove_prefix(end);
  if (is_number) piece.remove_prefix(std::min(piece.find_first_not_of('0'), piece.size()));
  return piece;
}

}  // namespace

bool comes_before(std::string_view first, std::string_view second) {
  std::string_view one = first;
  std::string_view other = second;
  while (!one.empty() && !other.empty()) {
    bool one_counts = false;
    bool other_counts = false;
    const std::string_view piece = next_piece(one, one_counts);
    const std::string_view other_piece = next_piece(other, other_counts);
    if (one_counts && other_counts && piece.size() != other_piece.size())
      return piece.size() < other_piece.size();
    if (piece != other_piece) return piece < other_piece;
  }
  if (one.empty() != other.empty()) return one.empty();
  return first < second;  // node1 and node01
}

}  // namespace tscollect::tool
