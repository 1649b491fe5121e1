#include "sampling/source_text.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <string>

// Files of a test tree can be read; what the kernel refuses is made up here, by file name.
namespace {
std::map<std::string, int> refused;
}

extern "C" ssize_t pread64(int descriptor, void* buffer, size_t size, off_t offset) {
  std::array<char, 256> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  const std::string name(path.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  if (const auto found = refused.find(name.substr(name.rfind('/') + 1)); found != refused.end()) {
    errno = found->second;
    return -1;
  }
  static const auto real =
      reinterpret_cast<ssize_t (*)(int, void*, size_t, off_t)>(::dlsym(RTLD_NEXT, "pread64"));
  return real(descriptor, buffer, size, offset);
}

extern "C" ssize_t pread(int descriptor, void* buffer, size_t size, off_t offset) {
  return pread64(descriptor, buffer, size, offset);
}

namespace tscollect::sampling {
namespace {

using namespace std::chrono_literals;
using table::find_source;

/// A tree of ports and of pressure files, read at once whenever something changed.
class SourceTextTest : public testing::Test {
 protected:
  ~SourceTextTest() override { refused.clear(); }

  [[nodiscard]] SourceText text_of(const char* name, SourceText::Pauses pauses = {0ns, 0ns}) const {
    return {*table::find_source(name), {folder_.path() / "proc", folder_.path() / "sys"}, pauses};
  }
  void write_counter(const std::string& device, const std::string& name, const std::string& text) {
    folder_.write("sys/class/infiniband/" + device + "/ports/1/counters/" + name, text);
  }
  [[nodiscard]] std::string read(SourceText& text) {
    return text.read(buffer_) ? std::string(buffer_.view()) : "failed: " + text.error();
  }

  test::TemporaryDirectory folder_;
  procfs::TextBuffer buffer_;
};

TEST_F(SourceTextTest, of_one_file_is_that_file) {
  folder_.write("proc/stat", "cpu  1 2 3 4\n");
  SourceText text = text_of("cpu");
  EXPECT_EQ(read(text), "cpu  1 2 3 4\n");
  EXPECT_EQ(text.error(), "");
  std::filesystem::remove(folder_.path() / "proc/stat");
  EXPECT_EQ(read(text), "cpu  1 2 3 4\n") << "it stays open";
}

TEST_F(SourceTextTest, is_shared_by_sources_of_one_file) {
  EXPECT_TRUE(text_of("cpu").serves(*table::find_source("percpu")));
  EXPECT_FALSE(text_of("cpu").serves(*table::find_source("vmstat")));
  EXPECT_FALSE(text_of("pressure").serves(*table::find_source("rdma")));
}

TEST_F(SourceTextTest, has_the_lines_of_several_files_behind_their_prefixes) {
  folder_.write("proc/pressure/cpu", "some total=1\nfull total=2\n");
  folder_.write("proc/pressure/io", "some total=3\nfull total=4");
  folder_.write("proc/pressure/memory", "");
  SourceText text = text_of("pressure");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(read(text), "cpu some total=1\ncpu full total=2\nio some total=3\nio full total=4\n");
}

TEST_F(SourceTextTest, puts_long_files_together) {
  std::string body;
  std::string expected;
  for (int i = 0; i < 3000; ++i) {
    body += "some total=" + std::to_string(i) + "\n";
    expected += "cpu some total=" + std::to_string(i) + "\n";
  }
  folder_.write("proc/pressure/cpu", body);
  folder_.write("proc/pressure/io", "some total=3\n");
  SourceText text = text_of("pressure");
  EXPECT_EQ(read(text), expected + "io some total=3\n");
}

TEST_F(SourceTextTest, lacks_only_the_lines_of_a_file_that_fails) {
  write_counter("a", "rx", "1\n");
  write_counter("a", "tx", "2\n");
  SourceText text = text_of("rdma");
  EXPECT_EQ(read(text), "a/1 rx 1\na/1 tx 2\n");
  refused["rx"] = EIO;
  EXPECT_EQ(read(text), "a/1 tx 2\n");
  EXPECT_TRUE(text.error().ends_with("/ports/1/counters/rx: cannot read: Input/output error"))
      << text.error();
  refused.clear();
  EXPECT_EQ(read(text), "a/1 rx 1\na/1 tx 2\n");
  EXPECT_EQ(text.error(), "");
}

TEST_F(SourceTextTest, names_a_few_of_many_files_that_fail_and_counts_the_others) {
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) write_counter("x", name, "1\n");
  for (const char* name : {"a", "b", "c", "d", "e"}) refused[name] = EIO;
  SourceText text = text_of("rdma");
  EXPECT_EQ(read(text), "x/1 f 1\n");
  EXPECT_NE(text.error().find("counters/c: cannot read"), std::string::npos) << text.error();
  EXPECT_TRUE(text.error().ends_with("Input/output error (and 2 more files)")) << text.error();
}

TEST_F(SourceTextTest, leaves_alone_what_the_kernel_does_not_support_without_an_error) {
  write_counter("a", "rx", "1\n");
  write_counter("a", "tx", "2\n");
  refused["tx"] = EINVAL;
  SourceText text = text_of("rdma", {1h, 1h});
  EXPECT_EQ(read(text), "a/1 rx 1\n");
  EXPECT_EQ(text.error(), "");
  ASSERT_EQ(text.unsupported().size(), 1U);
  EXPECT_TRUE(text.unsupported()[0].ends_with("tx: cannot read: Invalid argument"));
  refused.clear();
  EXPECT_EQ(read(text), "a/1 rx 1\n") << "until files are looked for again";
}

TEST_F(SourceTextTest, reports_what_fails_after_it_was_read) {
  write_counter("a", "rx", "1\n");
  write_counter("a", "tx", "2\n");
  SourceText text = text_of("rdma");
  EXPECT_EQ(read(text), "a/1 rx 1\na/1 tx 2\n");
  refused["tx"] = EINVAL;
  EXPECT_EQ(read(text), "a/1 rx 1\n");
  EXPECT_TRUE(text.error().ends_with("tx: cannot read: Invalid argument")) << text.error();
}

TEST_F(SourceTextTest, says_that_the_kernel_was_booted_without_pressure) {
  for (const char* name : {"cpu", "io", "memory"}) {
    folder_.write(std::string("proc/pressure/") + name, "some total=1\n");
    refused[name] = EOPNOTSUPP;
  }
  SourceText text = text_of("pressure");
  const std::string outcome = read(text);
  EXPECT_TRUE(outcome.starts_with("failed: ") &&
              outcome.ends_with("/pressure/cpu: cannot read: Operation not supported (the kernel "
                                "was booted with psi=0)"))
      << outcome;
}

TEST_F(SourceTextTest, says_why_there_are_no_files) {
  SourceText text = text_of("rdma");
  const std::string outcome = read(text);
  EXPECT_TRUE(outcome.ends_with("/sys/class/infiniband: no RDMA devices")) << outcome;
}

TEST_F(SourceTextTest, finds_devices_that_come_and_forgets_those_that_go) {
  write_counter("a", "rx", "1\n");
  SourceText text = text_of("rdma");
  EXPECT_EQ(read(text), "a/1 rx 1\n");
  write_counter("b", "rx", "2\n");
  EXPECT_EQ(read(text), "a/1 rx 1\nb/1 rx 2\n");
  std::filesystem::remove_all(folder_.path() / "sys/class/infiniband/a");
  EXPECT_EQ(read(text), "b/1 rx 2\n");
  EXPECT_EQ(text.error(), "");
}

TEST_F(SourceTextTest, looks_for_files_rarely) {
  write_counter("a", "rx", "1\n");
  SourceText text = text_of("rdma", {1h, 1h});
  EXPECT_EQ(text.file_count(), 0U) << "a search may hang: it is the first reading's";
  EXPECT_EQ(read(text), "a/1 rx 1\n");
  write_counter("b", "rx", "2\n");
  EXPECT_EQ(read(text), "a/1 rx 1\n");
  refused["rx"] = EIO;
  EXPECT_EQ(read(text).substr(0, 7), "failed:");
  EXPECT_EQ(text.file_count(), 1U) << "not at once after a failure";
}

}  // namespace
}  // namespace tscollect::sampling
