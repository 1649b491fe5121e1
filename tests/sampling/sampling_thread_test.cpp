#include "sampling/sampling_thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <latch>
#include <memory>
#include <new>
#include <span>
#include <thread>
#include <vector>

namespace tscollect::sampling {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<Recorder> recorder(RecorderLimits limits = {}, RecordSink sink = {}) {
  SampleOptions options;
  options.sources = {"loadavg"};
  return std::make_shared<Recorder>(options, stream::TickSchedule{mono_now(), 1ms}, limits,
                                    std::move(sink));
}

TEST(SamplingThread, samples_until_its_end) {
  const auto recording = recorder();
  SamplingThread thread(recording, recording->grid().zero + 20ms);
  EXPECT_TRUE(thread.wait_for_end(base::Deadline(30s)));
  EXPECT_TRUE(thread.has_begun());
  EXPECT_EQ(thread.error(), "");
  // More on a machine that lets the last tick come late.
  EXPECT_GE(recording->samples() + recording->missed_ticks(), 21);
}

TEST(SamplingThread, takes_a_last_sample_when_it_is_stopped) {
  SampleOptions options;
  options.sources = {"loadavg"};
  const auto recording = std::make_shared<Recorder>(
      options, stream::TickSchedule{mono_now() + 1h, 1h}, RecorderLimits{});
  SamplingThread thread(recording, MonoTime::max());
  thread.stop();
  EXPECT_TRUE(thread.wait_for_end(base::Deadline(30s)));
  EXPECT_EQ(recording->samples(), 1);
}

TEST(SamplingThread, takes_no_signals) {
  std::atomic<bool> blocked = false;
  SamplingThread thread(recorder(), mono_now(), [&] {
    sigset_t now;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &now);
    blocked = ::sigismember(&now, SIGUSR1) == 1 && ::sigismember(&now, SIGINT) == 1;
  });
  EXPECT_TRUE(thread.wait_for_end(base::Deadline(30s)));
  EXPECT_TRUE(blocked);
}

TEST(SamplingThread, says_what_has_ended_it) {
  SamplingThread thread(recorder({}, [](auto) -> bool { throw std::bad_alloc(); }),
                        MonoTime::max());
  EXPECT_TRUE(thread.wait_for_end(base::Deadline(30s)));
  EXPECT_EQ(thread.error(), "out of memory");
}

TEST(SamplingThread, is_left_behind_when_it_is_stuck) {
  const auto release = std::make_shared<std::latch>(1);
  const auto returned = std::make_shared<std::latch>(1);
  auto recording = recorder({}, [release, returned, calls = 0](auto) mutable {
    if (++calls != 3) return false;
    release->wait();
    returned->count_down();
    return false;
  });
  {
    SamplingThread thread(recording, MonoTime::max());
    while (!recording->activity() || !recording->activity()->in_sink || recording->samples() < 3)
      std::this_thread::sleep_for(1ms);
    thread.stop();
    EXPECT_FALSE(thread.wait_for_end(base::Deadline(10ms)));
    std::size_t records = 0;
    recording->store().for_each_record(recording->store().bytes(),
                                       [&](auto) { return ++records, true; });
    EXPECT_GE(records, 3U);
  }
  recording.reset();
  release->count_down();  // what the thread uses still lives
  returned->wait();
}

TEST(Recorder, drops_what_is_beyond_its_limits_and_counts_it) {
  for (const RecorderLimits limits : {RecorderLimits{3, 0}, RecorderLimits{0, 1}}) {
    const auto recording = recorder(limits);
    for (int i = 0; i < 5; ++i) recording->take_last();
    EXPECT_EQ(recording->samples(), limits.samples == 0 ? 1 : 3);
    EXPECT_EQ(recording->samples() + recording->dropped_samples(), 5);
  }
}

TEST(SampleStore, is_read_while_it_is_written) {
  stream::SampleStore store;
  constexpr std::size_t record_bytes = 100;
  constexpr int samples = 20000;
  std::vector<std::byte> record(1 + record_bytes, std::byte{7});
  record[0] = std::byte{record_bytes};
  std::thread writer([&] {
    for (int i = 0; i < samples; ++i) store.append(record);
  });
  for (std::size_t seen = 0; seen < samples;) {
    const std::size_t bytes = store.bytes();
    seen = 0;
    store.for_each_record(bytes, [&](std::span<const std::byte> each) {
      EXPECT_EQ(each.size(), record_bytes);
      EXPECT_EQ(each.back(), std::byte{7});
      return ++seen, true;
    });
    EXPECT_EQ(seen, bytes / record.size());
  }
  writer.join();
}

}  // namespace
}  // namespace tscollect::sampling
