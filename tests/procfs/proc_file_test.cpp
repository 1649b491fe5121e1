#include "procfs/proc_file.hpp"

#include "support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

namespace tscollect::procfs {
namespace {

using test::TemporaryDirectory;

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "key_" + std::to_string(i) + " 1\n";
  return text;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

TEST(ProcFile, reads_a_file_that_is_longer_than_the_first_buffer) {
  const TemporaryDirectory folder;
  const std::string text = lines(100'000);
  ProcFile file(folder.write("vmstat", text));
  TextBuffer buffer;
  ASSERT_TRUE(file.read(buffer));
  EXPECT_EQ(buffer.view(), text);
}

TEST(ProcFile, reads_texts_around_the_size_of_the_buffer) {
  const TemporaryDirectory folder;
  for (const std::size_t size : {16383, 16384, 16385, 32768, 65535, 65536}) {
    const std::string text(size, 'x');
    ProcFile file(folder.write("text", text));
    TextBuffer buffer;
    ASSERT_TRUE(file.read(buffer));
    EXPECT_EQ(buffer.view(), text);
  }
}

// Only the kernel hands out a file in pieces, a page or so at a time, so this one test reads a file
// of /proc: the list of this process's mappings, made long enough first.
TEST(ProcFile, puts_together_what_the_kernel_hands_out_in_pieces) {
  constexpr std::size_t pages = 2000;
  const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const area = ::mmap(nullptr, pages * page_bytes, PROT_NONE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(area, MAP_FAILED);
  const auto first = reinterpret_cast<std::uintptr_t>(area);
  for (std::size_t page = 1; page < pages; page += 2)
    ASSERT_EQ(::mprotect(static_cast<char*>(area) + page * page_bytes, page_bytes, PROT_READ), 0);

  ProcFile file("/proc/self/maps");
  TextBuffer buffer;
  ASSERT_TRUE(file.read(buffer));
  EXPECT_TRUE(buffer.view().ends_with('\n'));
  std::size_t at = 0;
  for (std::size_t page = 1; page < pages - 1; ++page) {
    at = buffer.view().find(fmt::format("\n{:08x}-", first + page * page_bytes), at);
    ASSERT_NE(at, std::string_view::npos) << "page " << page;
  }
  ::munmap(area, pages * page_bytes);
}

TEST(ProcFile, reads_the_text_of_now_each_time_through_one_descriptor) {
  const TemporaryDirectory folder;
  ProcFile file(folder.write("loadavg", "1.00 first, and longer\n"));
  TextBuffer buffer;
  ASSERT_TRUE(file.read(buffer));
  const std::size_t before = open_descriptors();
  folder.write("loadavg", "2.00\n");
  ASSERT_TRUE(file.read(buffer));
  EXPECT_EQ(buffer.view(), "2.00\n");
  EXPECT_EQ(open_descriptors(), before);
}

TEST(ProcFile, reads_an_empty_file_as_an_empty_text) {
  const TemporaryDirectory folder;
  ProcFile file(folder.write("diskstats", ""));
  TextBuffer buffer;
  buffer.assign("from before");
  ASSERT_TRUE(file.read(buffer));
  EXPECT_TRUE(buffer.view().empty());
}

TEST(ProcFile, names_the_path_and_the_reason_when_it_cannot_open) {
  const TemporaryDirectory folder;
  const auto path = folder.path() / "net" / "dev";
  ProcFile file(path);
  TextBuffer buffer;
  buffer.assign("from before");
  const auto outcome = file.read(buffer);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, path.string() + ": cannot open: No such file or directory");
  EXPECT_TRUE(buffer.view().empty());
}

TEST(ProcFile, opens_a_file_that_appears_after_a_failure) {
  const TemporaryDirectory folder;
  ProcFile file(folder.path() / "meminfo");
  TextBuffer buffer;
  ASSERT_FALSE(file.read(buffer));
  folder.write("meminfo", "MemFree: 1 kB\n");
  ASSERT_TRUE(file.read(buffer));
  EXPECT_EQ(buffer.view(), "MemFree: 1 kB\n");
}

TEST(ProcFile, says_so_when_the_path_is_a_folder_and_recovers_once_it_is_not) {
  const TemporaryDirectory folder;
  const auto path = folder.path() / "vmstat";
  std::filesystem::create_directory(path);
  ProcFile file(path);
  TextBuffer buffer;
  const std::size_t before = open_descriptors();
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto outcome = file.read(buffer);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().message, path.string() + ": cannot read: Is a directory");
  }
  EXPECT_EQ(open_descriptors(), before);
  std::filesystem::remove(path);
  folder.write("vmstat", "pgfault 1\n");
  ASSERT_TRUE(file.read(buffer));
  EXPECT_EQ(buffer.view(), "pgfault 1\n");
}

TEST(ProcFile, does_not_wait_for_the_writer_of_a_fifo) {
  const TemporaryDirectory folder;
  const auto path = folder.path() / "vmstat";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  ProcFile file(path);
  TextBuffer buffer;
  const auto outcome = file.read(buffer);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, path.string() + ": cannot read: Illegal seek");
}

TEST(ProcFile, refuses_a_file_without_end_and_gives_its_memory_back) {
  const TemporaryDirectory folder;
  const auto path = folder.write("vmstat", "");
  std::filesystem::resize_file(path, longest_text_bytes + 1);
  ProcFile file(path);
  TextBuffer buffer;
  const auto outcome = file.read(buffer);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, path.string() + ": longer than 67108864 bytes");
  EXPECT_TRUE(buffer.view().empty());
}

TEST(ProcFile, keeps_reading_after_it_was_moved) {
  const TemporaryDirectory folder;
  ProcFile first(folder.write("loadavg", "1.00\n"));
  TextBuffer buffer;
  ASSERT_TRUE(first.read(buffer));
  ProcFile second(std::move(first));
  ProcFile third(folder.path() / "absent");
  third = std::move(second);
  ASSERT_TRUE(third.read(buffer));
  EXPECT_EQ(buffer.view(), "1.00\n");
  EXPECT_EQ(third.path(), folder.path() / "loadavg");
}

TEST(ProcFile, closes_what_it_opened) {
  const TemporaryDirectory folder;
  const auto path = folder.write("loadavg", "1.00\n");
  const std::size_t before = open_descriptors();
  {
    ProcFile file(path);
    TextBuffer buffer;
    ASSERT_TRUE(file.read(buffer));
    EXPECT_EQ(open_descriptors(), before + 1);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(TextBuffer, takes_texts_of_any_length) {
  TextBuffer buffer;
  buffer.assign({});
  EXPECT_EQ(buffer.view(), "");
  buffer.assign(std::string(100'000, 'x'));
  EXPECT_EQ(buffer.view().size(), 100'000U);
  buffer.assign("short");
  EXPECT_EQ(buffer.view(), "short");
}

TEST(ReadTextOnce, reads_or_says_why_not) {
  const TemporaryDirectory folder;
  const auto text = read_text_once(folder.write("boot_id", "42\n"));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "42\n");
  EXPECT_FALSE(read_text_once(folder.path() / "absent"));
}

}  // namespace
}  // namespace tscollect::procfs
