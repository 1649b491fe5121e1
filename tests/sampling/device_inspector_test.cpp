#include "sampling/device_inspector.hpp"

#include "sampling/recorder.hpp"
#include "stream/sample_stream.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <thread>

namespace tscollect::sampling {
namespace {

using namespace std::chrono_literals;

std::atomic<bool> hangs = false;

table::DeviceFacts name_itself(const std::filesystem::path& sysfs, std::string_view name) {
  while (hangs) std::this_thread::sleep_for(1ms);
  return {{1}, {sysfs.string() + "/" + std::string(name)}};
}

TEST(DeviceInspector, answers_beside_whoever_asks) {
  DeviceInspector inspector("/sys");
  EXPECT_FALSE(inspector.has_answers());
  inspector.ask({{3, 7, name_itself, "sda"}, {4, 0, name_itself, "lo"}});
  inspector.wait(mono_now() + 10s);
  ASSERT_TRUE(inspector.has_answers());
  const auto answers = inspector.take();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].source, 3U);
  EXPECT_EQ(answers[0].row, 7U);
  EXPECT_EQ(answers[0].facts.texts.front(), "/sys/sda");
  EXPECT_FALSE(inspector.has_answers());
}

table::DeviceFacts run_out_of_memory(const std::filesystem::path&, std::string_view) {
  throw std::bad_alloc();
}

TEST(DeviceInspector, passes_over_a_device_for_which_there_is_no_memory) {
  DeviceInspector inspector("/sys");
  inspector.ask({{0, 0, run_out_of_memory, "sda"}, {0, 1, name_itself, "sdb"}});
  inspector.wait(mono_now() + 10s);
  const auto answers = inspector.take();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].row, 1U);
}

TEST(DeviceInspector, does_not_wait_for_a_device_that_hangs) {
  hangs = true;
  {
    DeviceInspector inspector("/sys");
    const MonoTime begin = mono_now();
    for (std::size_t i = 0; i < 100'000; ++i) inspector.ask({{0, i, name_itself, "sda"}});
    inspector.wait(mono_now() + 20ms);
    EXPECT_FALSE(inspector.has_answers());
    EXPECT_LT(mono_now() - begin, 30s);
  }
  hangs = false;  // the thread, left behind, ends with what it was asked
}

/// Disks of a tree as the stream has them.
class Disks {
 public:
  Disks() {
    folder_.write("proc/diskstats", disk("sda"));
    describe("sda", "First");
    options_.procfs = folder_.path() / "proc";
    options_.sysfs = folder_.path() / "sys";
    options_.sources = {"diskstats"};
  }
  static std::string disk(const std::string& name) {
    return "8 0 " + name + " 1 2 3 4 5 6 7 8 9 10 11\n";
  }
  void describe(const std::string& name, const std::string& model) const {
    folder_.write("sys/class/block/" + name + "/device/model", model + "\n");
  }
  void write(const std::string& text) const { folder_.write("proc/diskstats", text); }

  std::unique_ptr<Recorder> start() {
    return std::make_unique<Recorder>(options_, stream::TickSchedule{mono_now(), 1ms},
                                      RecorderLimits{}, RecordSink{}, Devices::described);
  }

 private:
  test::TemporaryDirectory folder_;
  SampleOptions options_;
};

std::vector<table::Row> rows_of(const Recorder& recorder) {
  stream::SampleDecoder decoder(recorder.grid(), 1);
  recorder.store().for_each_record([&](std::span<const std::byte> record) {
    static_cast<void>(decoder.take(record));
    return !decoder.failed();
  });
  EXPECT_FALSE(decoder.failed());
  return decoder.sources()[0].rows;
}

TEST(DescribedDevices, are_in_a_run_of_one_sample) {
  Disks run;
  const auto recorder = run.start();
  recorder->take_last();
  const auto rows = rows_of(*recorder);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].attributes, (std::vector<std::int64_t>{8, 0, 0, -1, -1}));
  EXPECT_EQ(rows[0].texts, (std::vector<std::string>{"disk", "", "First"}));
}

TEST(DescribedDevices, may_come_later) {
  Disks run;
  const auto recorder = run.start();
  recorder->take_due();
  run.describe("sdb", "Second");
  run.write(Disks::disk("sda") + Disks::disk("sdb"));
  recorder->take_due();
  recorder->take_last();
  const auto rows = rows_of(*recorder);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].texts.back(), "First");
  EXPECT_EQ(rows[1].texts.back(), "Second");
}

}  // namespace
}  // namespace tscollect::sampling
