#include "sampling/recorder.hpp"
#include "support/nothrow_new.hpp"
#include "support/read_gate.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <string>
#include <thread>
#include <vector>

// Counts what the whole path from file to stored sample allocates. The counting operators are this
// program's own.

namespace {

std::atomic<std::size_t> allocations{0};

// Room for samples is made a segment at a time (stream::SampleStore): two allocations, one of them
// of this size.
constexpr std::size_t segment_bytes = std::size_t{256} << 10;
constexpr std::size_t allocations_per_segment = 2;
std::atomic<std::size_t> segments{0};

}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (size >= segment_bytes) segments.fetch_add(1, std::memory_order_relaxed);
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

class SteadyState : public testing::Test {
 protected:
  SteadyState()
      : root_(std::filesystem::temp_directory_path() /
              ("tscollect-steady-" + std::to_string(::getpid()))),
        tree_(root_),
        recorder_(options(), stream::TickSchedule{mono_now(), interval}, {}) {}

  /// What so many samples of changed files allocate, besides segments of the store.
  std::size_t allocated_by(int samples) {
    std::size_t allocated = 0;
    for (int i = 0; i < samples; ++i) {
      tree_.write(static_cast<char>('1' + i % 9));
      std::this_thread::sleep_until(recorder_.next_due());
      const std::size_t before = counted();
      recorder_.take_due();
      allocated += counted() - before;
    }
    return allocated;
  }

  static std::size_t counted() {
    return allocations.load() - allocations_per_segment * segments.load();
  }

  static constexpr int warm_up = 20;
  static constexpr auto interval = 50ms;  // below that a reading is soon late on a busy machine

  SampleOptions options() {
    SampleOptions options;
    options.procfs = root_;
    options.sysfs = TSCOLLECT_FIXTURES "/linux-5.14/sys";
    options.sources = select_sources("all").value().names;
    return options;
  }

  std::filesystem::path root_;
  ChangingTree tree_;
  Recorder recorder_;
};

TEST_F(SteadyState, allocates_nothing_per_sample) {
  allocated_by(warm_up);
  constexpr int measured = 100;
  const std::size_t stored = recorder_.store().bytes();
  EXPECT_EQ(allocated_by(measured), 0U);
  EXPECT_EQ(recorder_.samples(), warm_up + measured);
  // The samples did change: hundreds of bytes each, not the dozen of an idle one.
  EXPECT_GT(recorder_.store().bytes() - stored, measured * std::size_t{200});
}

// On a busy machine that is the case now and then, and there is no worse time to ask for memory.
TEST_F(SteadyState, allocates_nothing_when_a_source_is_late_and_comes_back) {
  allocated_by(warm_up);
  const auto is_late = [&] { return !recorder_.sampler().readings()[8].error.empty(); };
  ASSERT_EQ(recorder_.sampler().readings()[8].table->source().description.name, "rdma");
  for (int i = 0; i < 3; ++i) {
    test::hold_reads({"/infiniband/"}, 0);
    EXPECT_EQ(allocated_by(5), 0U);
    EXPECT_TRUE(is_late());
    test::release_reads();
    std::size_t allocated = 0;
    for (int samples = 0; is_late() && samples < 1000; ++samples) allocated += allocated_by(1);
    EXPECT_EQ(allocated, 0U);
    EXPECT_FALSE(is_late());
  }
}

TEST_F(SteadyState, the_counter_counts) {
  const std::size_t before = allocations.load();
  ::operator delete(::operator new(1));
  EXPECT_EQ(allocations.load(), before + 1);
}

}  // namespace
}  // namespace tscollect::sampling
