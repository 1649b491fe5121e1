#include "gather/block_transfer.hpp"

#include "support/mpi_ranks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace tscollect::gather {
namespace {

using namespace std::chrono_literals;
using test::session;
using test::soon;

std::vector<std::byte> block_of(int rank, std::size_t size) {
  // Runs of a length that no piece is a multiple of, so that a piece in a wrong place shows.
  constexpr std::size_t run = 4093;
  std::vector<std::byte> block(size);
  for (std::size_t at = 0; at < size; at += run)
    std::memset(block.data() + at, static_cast<int>(at / run) + rank, std::min(run, size - at));
  return block;
}

void transfer_from_every_rank(std::size_t size) {
  Mailbox mailbox;
  if (session().rank() != 0) {
    ASSERT_TRUE(mailbox.wait(Tag::pull, 0, soon(), 1ms));
    EXPECT_TRUE(send_block(mailbox, 0, block_of(session().rank(), size), soon()));
    EXPECT_TRUE(mailbox.wait(Tag::leave, 0, soon(), 1ms));
    return;
  }
  for (int rank = 1; rank < session().size(); ++rank) {
    mailbox.post(rank, Tag::pull);
    const auto received = receive_block(mailbox, rank, size, soon());
    ASSERT_TRUE(received);
    EXPECT_TRUE(*received == block_of(rank, size)) << "of rank " << rank;
    mailbox.post(rank, Tag::leave);
  }
}

TEST(BlockTransfer, brings_a_small_block) { transfer_from_every_rank(1000); }
TEST(BlockTransfer, brings_an_empty_block) { transfer_from_every_rank(0); }
TEST(BlockTransfer, brings_a_block_of_one_piece_exactly) { transfer_from_every_rank(piece_bytes); }
TEST(BlockTransfer, brings_a_block_of_several_pieces) {
  transfer_from_every_rank(2 * piece_bytes + 12345);
}

TEST(BlockTransfer, gives_up_at_the_deadline) {
  Mailbox mailbox;
  if (session().rank() != 0) return;
  const MonoTime begin = mono_now();
  EXPECT_FALSE(receive_block(mailbox, session().size() - 1, 1000, mono_now() + 50ms));
  EXPECT_GE(mono_now() - begin, 50ms);
}

}  // namespace
}  // namespace tscollect::gather
