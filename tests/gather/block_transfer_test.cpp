#include "gather/block_transfer.hpp"

#include "gather/block_puller.hpp"
#include "sampling/event_wait.hpp"
#include "support/mpi_ranks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace tscollect::gather {
namespace {

using namespace std::chrono_literals;
using test::session;
using test::soon;

std::vector<std::byte> block_of(int number, std::size_t size) {
  // Runs of a length that no piece is a multiple of, so that a piece in a wrong place shows.
  constexpr std::size_t run = 4093;
  std::vector<std::byte> block(size);
  for (std::size_t at = 0; at < size; at += run)
    std::memset(block.data() + at, static_cast<int>(at / run) + number, std::min(run, size - at));
  return block;
}

std::optional<Arrival> wait_for_arrival(BlockPuller& puller) {
  for (const MonoTime deadline = soon(); mono_now() < deadline; record::nap(100us))
    if (auto arrival = puller.take()) return arrival;
  return std::nullopt;
}

/// Sends what it is asked for, until told to leave; the words say which block.
void answer(Mailbox& mailbox, std::size_t size) {
  while (const auto word = answer_pings_until(mailbox, {Tag::pull, Tag::leave}, soon())) {
    if (word->tag == Tag::leave) return;
    const int number = std::stoi(word->message.text);
    EXPECT_TRUE(send_block(mailbox, 0, block_of(number, size), 20s));
  }
  ADD_FAILURE() << "nobody said to leave";
}

/// Every other rank has `each` blocks.
void transfer(std::size_t size, int each, BlockPuller::Window window = {}) {
  Mailbox mailbox;
  if (session().rank() != 0) return answer(mailbox, size);
  const int hosts = session().size() - 1;
  BlockPuller puller(mailbox, 20s, window);
  for (int number = 0; number < hosts * each; ++number)
    puller.offer(1 + number % hosts, size, std::to_string(number));
  std::vector<int> taken(static_cast<std::size_t>(session().size()), 0);
  for (int i = 0; i < hosts * each; ++i) {
    const auto arrival = wait_for_arrival(puller);
    ASSERT_TRUE(arrival && arrival->whole) << i;
    EXPECT_GE(arrival->clocks.wall.uncertainty_ns, 0);
    int& count = taken.at(static_cast<std::size_t>(arrival->source));
    const int number = arrival->source - 1 + hosts * count++;
    EXPECT_TRUE(arrival->block == block_of(number, size)) << "block " << number;
  }
  EXPECT_TRUE(puller.idle());
  for (int rank = 1; rank <= hosts; ++rank) mailbox.post(rank, Tag::leave);
}

TEST(BlockTransfer, brings_a_small_block) { transfer(1000, 1); }
TEST(BlockTransfer, brings_an_empty_block) { transfer(0, 1); }
TEST(BlockTransfer, brings_a_block_of_one_piece_exactly) { transfer(piece_bytes, 1); }
TEST(BlockTransfer, brings_a_block_of_several_pieces) { transfer(2 * piece_bytes + 12345, 1); }
TEST(BlockTransfer, brings_more_blocks_than_the_window_holds) { transfer(100'000, 12); }
TEST(BlockTransfer, brings_blocks_that_are_larger_than_the_window) {
  transfer(100'000, 3, {.blocks = 4, .bytes = 50'000});
}

TEST(BlockTransfer, gives_up_on_a_silent_host_and_goes_on_with_the_others) {
  Mailbox mailbox;
  const int silent = session().size() - 1;
  if (session().rank() == silent) return;
  if (session().rank() != 0) return answer(mailbox, 1000);
  BlockPuller puller(mailbox, 300ms);
  puller.offer(silent, 1000, "0");
  for (int rank = 1; rank < silent; ++rank) puller.offer(rank, 1000, std::to_string(rank));
  int whole = 0;
  for (int i = 0; i < silent; ++i) {
    const auto arrival = wait_for_arrival(puller);
    ASSERT_TRUE(arrival);
    EXPECT_EQ(arrival->whole, arrival->source != silent);
    whole += arrival->whole ? 1 : 0;
  }
  EXPECT_EQ(whole, silent - 1);
  for (int rank = 1; rank < silent; ++rank) mailbox.post(rank, Tag::leave);
}

}  // namespace
}  // namespace tscollect::gather
