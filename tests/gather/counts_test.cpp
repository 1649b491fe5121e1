#include "gather/counts.hpp"

#include <gtest/gtest.h>

namespace tscollect::gather {
namespace {

constexpr std::size_t gib = std::size_t{1} << 30;
constexpr std::size_t piece = std::size_t{16} << 20;

TEST(Counts, narrows_what_fits_an_int) {
  EXPECT_EQ(to_mpi_count(0), 0);
  EXPECT_EQ(to_mpi_count(2 * gib - 1), std::numeric_limits<int>::max());
}

TEST(Counts, refuses_what_does_not) {
  EXPECT_THROW(static_cast<void>(to_mpi_count(2 * gib)), std::length_error);
  EXPECT_THROW(static_cast<void>(to_mpi_count(4 * gib + 1)), std::length_error);
}

// Every byte is in exactly one piece, and every piece fits a message.
void expect_covers(std::size_t size) {
  const Pieces pieces{size, piece};
  std::size_t covered = 0;
  for (std::size_t i = 0; i < pieces.count(); ++i) {
    ASSERT_EQ(pieces.begin(i), covered) << size;
    ASSERT_GT(pieces.length(i), 0U) << size;
    ASSERT_LE(pieces.length(i), piece) << size;
    ASSERT_NO_THROW(static_cast<void>(to_mpi_count(pieces.length(i))));
    covered += pieces.length(i);
  }
  EXPECT_EQ(covered, size);
}

TEST(Counts, pieces_cover_a_block_of_any_size) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, piece - 1, piece, piece + 1})
    expect_covers(size);
}

TEST(Counts, pieces_cover_blocks_beyond_31_and_32_bits) {
  for (const std::size_t size : {2 * gib - 1, 2 * gib, 2 * gib + 1, 4 * gib, 10 * gib + 12345})
    expect_covers(size);
}

}  // namespace
}  // namespace tscollect::gather
