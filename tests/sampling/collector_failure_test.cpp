// The thread of a TimeSeriesCollector: what it may not do to the application, and what becomes of
// an exception in it. Replaces operator new, so it is a program of its own.
#include <tscollect/collector.hpp>

#include "support/nothrow_new.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace {

std::atomic<bool> memory_is_short_elsewhere = false;
thread_local bool is_main_thread = false;

}  // namespace

void* operator new(std::size_t bytes) {
  if (memory_is_short_elsewhere && !is_main_thread) throw std::bad_alloc();
  if (void* const memory = std::malloc(bytes != 0 ? bytes : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*bytes*/) noexcept { std::free(memory); }

namespace tscollect {
namespace {

using namespace std::chrono_literals;

SampleOptions options_in(const std::filesystem::path& folder) {
  SampleOptions options;
  options.procfs = folder / "proc";
  options.sysfs = folder / "sys";
  return options;
}

class CollectorThread : public testing::Test {
 protected:
  CollectorThread() {
    is_main_thread = true;
    std::filesystem::copy(TSCOLLECT_FIXTURES "/linux-6.18", folder_.path(),
                          std::filesystem::copy_options::recursive);
  }

  test::TemporaryDirectory folder_;
};

TEST_F(CollectorThread, hands_what_is_thrown_in_it_to_stop) {
  TimeSeriesCollector collector(0.005, 0, options_in(folder_.path()));
  collector.start();
  while (collector.samples().size() < 3) std::this_thread::sleep_for(5ms);
  memory_is_short_elsewhere = true;
  std::string keys;  // a new layout needs memory
  for (int i = 0; i < 500; ++i) keys += "Key" + std::to_string(i) + ": 1 kB\n";
  static_cast<void>(folder_.write("proc/meminfo", keys));
  for (int i = 0; i < 1000 && collector.is_running(); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_FALSE(collector.is_running());
  memory_is_short_elsewhere = false;
  for (int i = 0; i < 2; ++i) {
    try {
      static_cast<void>(collector.stop());
      FAIL() << "no exception";
    } catch (const CollectorError& error) {
      EXPECT_EQ(std::string(error.what()), "sampling ended early: out of memory");
    }
  }
  EXPECT_GE(collector.samples().size(), 3U) << "what was sampled before is there";
}

std::atomic<int> handled = 0;
thread_local bool handles = false;

TEST_F(CollectorThread, takes_no_signal_of_the_application) {
  handles = true;
  struct sigaction action {};
  action.sa_handler = [](int) { handled += handles ? 1 : 1000; };
  struct sigaction before {};
  ASSERT_EQ(sigaction(SIGUSR2, &action, &before), 0);
  TimeSeriesCollector collector(0.005, 0, options_in(folder_.path()));
  collector.start();
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &set, nullptr), 0);
  ASSERT_EQ(kill(getpid(), SIGUSR2), 0);
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(handled, 0) << "nobody but the application may take it";
  ASSERT_EQ(pthread_sigmask(SIG_UNBLOCK, &set, nullptr), 0);
  EXPECT_EQ(handled, 1);
  EXPECT_GE(collector.stop().size(), 1U);
  sigaction(SIGUSR2, &before, nullptr);
}

TEST_F(CollectorThread, is_never_kept_waiting_by_readers) {
  constexpr std::size_t most_kept = 400;  // however slow a reading is, the next one takes no longer
  TimeSeriesCollector collector(0.001, most_kept, options_in(folder_.path()));
  collector.start();
  std::this_thread::sleep_for(500ms);
  const std::size_t before = collector.samples().size() + collector.dropped_samples();
  // One reading of hundreds takes tens of milliseconds: as many more samples have come at its end.
  constexpr std::size_t readings = 4;
  for (std::size_t i = 0; i < readings; ++i) static_cast<void>(collector.samples());
  EXPECT_GE(collector.stop().size() + collector.dropped_samples(), before + 3 * readings);
}

TEST_F(CollectorThread, is_watched_from_any_thread) {
  TimeSeriesCollector collector(0.01, 0, options_in(folder_.path()));
  collector.start();
  std::vector<std::thread> observers;
  for (int i = 0; i < 3; ++i)
    observers.emplace_back([&collector] {
      for (int round = 0; round < 20; ++round) {
        const auto samples = collector.samples();
        if (!samples.empty()) {
          EXPECT_TRUE(samples.back().fields("meminfo"));
        }
        static_cast<void>(collector.missed_ticks() + collector.dropped_samples());
        static_cast<void>(collector.is_running());
      }
    });
  for (std::thread& observer : observers) observer.join();
  EXPECT_GE(collector.stop().size(), 1U);
}

}  // namespace
}  // namespace tscollect
