#include "sampling/recorder.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <string>
#include <vector>

// Counts what the whole path from file to stored sample allocates. The counting operators are this
// program's own.

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace tscollect::sampling {
namespace {

using namespace std::chrono_literals;

/// A copy of a fixture's files whose numbers can be changed in place.
class ChangingTree {
 public:
  explicit ChangingTree(const std::filesystem::path& root) : root_(root) {
    std::filesystem::copy(TSCOLLECT_FIXTURES "/linux-6.18/proc", root_,
                          std::filesystem::copy_options::recursive);
    for (const char* name : {"diskstats", "vmstat", "loadavg", "meminfo", "net/dev", "stat",
                             "pressure/cpu", "pressure/io"}) {
      std::ifstream file(root_ / name);
      files_.push_back({::open((root_ / name).c_str(), O_WRONLY | O_CLOEXEC),
                        std::string(std::istreambuf_iterator<char>(file), {})});
    }
  }
  ~ChangingTree() {
    for (const File& file : files_) ::close(file.descriptor);
    std::filesystem::remove_all(root_);
  }

  /// Gives the last digit of every number that stands behind a blank the value `digit`.
  void write(char digit) {
    for (File& file : files_) {
      for (std::size_t i = 2; i < file.text.size(); ++i)
        if (is_digit(file.text[i - 1]) && !is_digit(file.text[i]) && in_number(file.text, i - 1))
          file.text[i - 1] = digit;
      ASSERT_EQ(::pwrite(file.descriptor, file.text.data(), file.text.size(), 0),
                static_cast<ssize_t>(file.text.size()));
    }
  }

 private:
  struct File {
    int descriptor;
    std::string text;
  };
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool in_number(const std::string& text, std::size_t last) {
    while (last > 0 && is_digit(text[last])) --last;
    return text[last] == ' ';
  }

  std::filesystem::path root_;
  std::vector<File> files_;
};

TEST(SteadyState, allocates_nothing_per_sample) {
  const auto root =
      std::filesystem::temp_directory_path() / ("tscollect-steady-" + std::to_string(::getpid()));
  ChangingTree tree(root);
  SampleOptions options;
  options.procfs = root;
  options.sysfs = TSCOLLECT_FIXTURES "/linux-5.14/sys";
  options.sources = select_sources("all").value().names;
  Recorder recorder(options, stream::TickGrid{mono_now(), 1ms}, {});
  constexpr int warm_up = 20;
  for (int i = 0; i < warm_up; ++i) {
    tree.write(static_cast<char>('1' + i % 9));
    recorder.take_due();
  }
  constexpr int measured = 200;
  const std::size_t stored = recorder.store().bytes();
  std::size_t allocated = 0;
  for (int i = 0; i < measured; ++i) {
    tree.write(static_cast<char>('1' + i % 9));
    const std::size_t before = allocations.load();
    recorder.take_due();
    allocated += allocations.load() - before;
  }
  EXPECT_EQ(allocated, 0U);
  EXPECT_EQ(recorder.samples(), warm_up + measured);
  // The samples did change: hundreds of bytes each, not the dozen of an idle one.
  EXPECT_GT(recorder.store().bytes() - stored, measured * std::size_t{200});
}

TEST(SteadyState, the_counter_counts) {
  const std::size_t before = allocations.load();
  ::operator delete(::operator new(1));
  EXPECT_EQ(allocations.load(), before + 1);
}

}  // namespace
}  // namespace tscollect::sampling
