#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <limits>
#include <stdexcept>

namespace tscollect::gather {

/// MPI counts are int. Throws std::length_error if `size` is larger; larger data are sent in
/// pieces.
[[nodiscard]] inline int to_mpi_count(std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::length_error(fmt::format("{} bytes do not fit one MPI message", size));
  return static_cast<int>(size);
}

/// How a block of `size` bytes is divided into messages.
struct Pieces {
  std::size_t size;
  std::size_t piece_bytes;

  [[nodiscard]] std::size_t count() const { return (size + piece_bytes - 1) / piece_bytes; }
  [[nodiscard]] std::size_t begin(std::size_t piece) const { return piece * piece_bytes; }
  [[nodiscard]] std::size_t length(std::size_t piece) const {
    return begin(piece) + piece_bytes <= size ? piece_bytes : size - begin(piece);
  }
};

}  // namespace tscollect::gather
