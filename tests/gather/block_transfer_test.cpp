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
  for (base::Deadline deadline = soon(); !deadline.is_over(); sampling::nap(100us))
    if (auto arrival = puller.take()) return arrival;
  return std::nullopt;
}

/// Sends what it is asked for, until told to leave; the words say which block.
void answer(Mailbox& mailbox, std::size_t size) {
  while (const auto word = answer_pings_until(mailbox, {Tag::pull, Tag::leave}, soon())) {
    if (word->tag == Tag::leave) return;
    const auto request = decode_pull(word->message.text);
    ASSERT_TRUE(request);
    const OutgoingBlock block(block_of(std::stoi(request->words), size));
    EXPECT_TRUE(block.send(mailbox, 0, *request, 20s));
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
    EXPECT_GE(arrival->clocks.uncertainty_ns, 0);
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
  if (silent == 0) return;
  if (session().rank() == silent) {
    // What it was sent does not stay behind: MPICH would deliver it to the next test's mailbox.
    EXPECT_TRUE(mailbox.wait(Tag::leave, 0, soon(), 1ms));
    return mailbox.drain();
  }
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
  for (int rank = 1; rank <= silent; ++rank) mailbox.post(rank, Tag::leave);
}

// The pieces of a transfer that was given up may still arrive: they are not taken for the next
// one's.
TEST(BlockTransfer, never_takes_a_given_up_transfer_for_the_next_one) {
  Mailbox mailbox;
  constexpr std::size_t size = 3 * piece_bytes;
  if (session().rank() == 1) {
    for (int i = 0; i < 2; ++i) {
      const auto pull = mailbox.wait(Tag::pull, 0, soon(), 1ms);
      ASSERT_TRUE(pull);
      const auto request = decode_pull(pull->text);
      ASSERT_TRUE(request);
      if (i == 0) sampling::nap(600ms);  // until it is given up
      const OutgoingBlock block(block_of(std::stoi(request->words), size));
      // What nobody receives any more is not waited for long, and its bytes stay where they are.
      EXPECT_EQ(block.send(mailbox, 0, *request, i == 0 ? 300ms : 20s), i == 1);
    }
    return;
  }
  if (session().rank() != 0 || session().size() == 1) return;
  BlockPuller puller(mailbox, 300ms);
  puller.offer(1, size, "100");
  const auto first = wait_for_arrival(puller);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->whole);
  std::optional<Arrival> second;
  BlockPuller patient(mailbox, 20s);
  patient.offer(1, size, "200");
  second = wait_for_arrival(patient);
  ASSERT_TRUE(second && second->whole);
  EXPECT_TRUE(second->block == block_of(200, size));
}

TEST(BlockTransfer, reads_only_whole_requests) {
  const auto request = decode_pull(encode({7, "words with blanks"}));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->number, 7U);
  EXPECT_EQ(request->words, "words with blanks");
  for (const char* text : {"", "7", "x 1", "-1 "}) EXPECT_FALSE(decode_pull(text)) << text;
}

}  // namespace
}  // namespace tscollect::gather
