// Sampling beside a benchmark: once the layout is known, a sample allocates nothing.
#include "support/big_machine.hpp"
#include "support/counting_allocator.hpp"
#include "support/source_text_of.hpp"
#include "support/table_view.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace tscollect::table {
namespace {

using namespace test;

// Names and headings stay: only values end a line, stand before "kB" or have two decimals.
std::string with_values_changed(std::string text, std::size_t step) {
  const auto ends_value = [&](std::size_t at) {
    const std::string_view rest = std::string_view(text).substr(at + 1);
    return rest.starts_with('\n') || rest.starts_with(" kB") || (at >= 2 && text[at - 2] == '.');
  };
  for (std::size_t at = 0; at < text.size(); ++at)
    if (text[at] >= '0' && text[at] <= '9' && (at + step) % 5 == 0 && ends_value(at))
      text[at] = static_cast<char>('0' + (text[at] - '0' + 1) % 10);
  return text;
}

std::size_t allocations_while_following(const Source& source, std::vector<std::string> texts) {
  Table table(source, {});
  procfs::TextBuffer buffer;
  for (int i = 0; i < 2; ++i) {  // the table's buffer and the caller's take turns
    buffer.assign(texts[0]);
    table.update(buffer);
  }
  const std::size_t before = allocations;
  for (const std::string& text : texts) {
    buffer.assign(text);
    table.update(buffer);
  }
  EXPECT_EQ(table.error(), "");
  return allocations - before;
}

TEST(Allocations, are_counted) {
  const std::size_t before = allocations;
  const std::string text(1000, 'x');
  EXPECT_GT(allocations, before);
  EXPECT_EQ(text.size(), 1000U);
}

TEST(Allocations, none_while_numbers_change) {
  for (const Source& source : registry()) {
    for (const char* kernel : {"linux-2.6.18", "linux-3.10", "linux-5.14", "linux-6.18"}) {
      const std::string text = source_text_of(source, kernel);
      if (text.empty()) continue;  // not there on every kernel
      std::vector<std::string> texts{text};
      for (std::size_t step = 0; step < 20; ++step)
        texts.push_back(with_values_changed(text, step));
      EXPECT_EQ(allocations_while_following(source, std::move(texts)), 0U)
          << source.description.name << " of " << kernel;
    }
  }
}

TEST(Allocations, none_on_a_machine_with_many_devices) {
  const BigMachine machine(500, 200);
  std::vector<std::string> disks;
  std::vector<std::string> interfaces;
  for (std::uint64_t step = 0; step < 10; ++step) {
    disks.push_back(machine.diskstats(step));
    interfaces.push_back(machine.net_dev(step));
  }
  EXPECT_EQ(allocations_while_following(sources::diskstats, std::move(disks)), 0U);
  EXPECT_EQ(allocations_while_following(sources::netdev, std::move(interfaces)), 0U);
}

TEST(Allocations, none_for_statistics_of_a_newer_kernel) {
  std::vector<std::string> texts;
  for (int step = 0; step < 5; ++step)
    texts.push_back("8 0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 " + std::to_string(step) +
                    "\n");
  EXPECT_EQ(allocations_while_following(sources::diskstats, std::move(texts)), 0U);
}

TEST(Allocations, none_while_numbers_grow) {
  std::vector<std::string> texts;
  for (const char* value : {"9", "10", "1234", "123456"})
    texts.push_back(fixture("linux-6.18/proc/vmstat") + "pgfault_new " + value + "\n");
  EXPECT_EQ(allocations_while_following(sources::vmstat, std::move(texts)), 0U);
}

TEST(Allocations, none_while_a_file_is_read_again) {
  const TemporaryDirectory folder;
  procfs::ProcFile file(folder.write("vmstat", fixture("linux-6.18/proc/vmstat")));
  Table table(sources::vmstat, {});
  procfs::TextBuffer buffer;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(file.read(buffer));
    table.update(buffer);
  }
  const std::size_t before = allocations;
  bool all_read = true;
  for (int i = 0; i < 10; ++i) {
    all_read = all_read && file.read(buffer);
    table.update(buffer);
  }
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(all_read);
}

}  // namespace
}  // namespace tscollect::table
