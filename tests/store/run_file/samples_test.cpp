// Samples in the reference collector's shape, out of a file's arrays.
#include "store/run_file/run_file_reader.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "support/host_blocks.hpp"
#include "support/read_back.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

namespace tscollect::store {
namespace {

using block::HostBlock;
using tests::make_block;

std::vector<TimeSeriesSample> samples_in_file(const HostBlock& block) {
  const tests::TemporaryFolder folder;
  const auto path = folder.path() / "run.h5";
  tests::write_run(path, {&block, 1});
  return tests::samples_of(RunFileReader(path).read_host(block.summary.name));
}

TEST(Samples, have_time_host_and_flat_fields) {
  const auto samples = samples_in_file(make_block("node01", 3));
  ASSERT_EQ(samples.size(), 3U);
  EXPECT_EQ(samples[1].timestamp, "2023-11-14T22:13:21.123Z");
  EXPECT_EQ(samples[1].hostname, "node01");
  EXPECT_FALSE(samples[1].errors);
  ASSERT_NE(samples[1].fields("meminfo"), nullptr);
  const Fields wanted = {{"MemTotal", tests::meminfo_value(1, 0)},
                         {"MemAvailable", tests::meminfo_value(1, 1)}};
  EXPECT_EQ(*samples[1].fields("meminfo"), wanted);
}

TEST(Samples, have_devices_by_name) {
  const auto samples = samples_in_file(make_block("node01", 3));
  const auto* disks = samples[2].devices("diskstats");
  ASSERT_NE(disks, nullptr);
  ASSERT_EQ(disks->size(), 2U);
  EXPECT_EQ((*disks)[1].name, "cciss/c0d0p1");
  EXPECT_EQ((*disks)[1].fields[0].first, "reads_completed");
  EXPECT_EQ((*disks)[1].fields[0].second, Value(tests::disk_value(2, 1, 0)));
}

TEST(Samples, keep_integers_integers_in_an_array_of_reals) {
  const auto samples = samples_in_file(make_block("node01", 3));
  const Fields wanted = {{"load_1min", 2.25}, {"running_processes", std::int64_t{3}}};
  EXPECT_EQ(*samples[2].fields("loadavg"), wanted);
}

TEST(Samples, read_marked_columns_beyond_int64) {
  HostBlock block = make_block("node01", 2);
  tests::set_values(block, "vmstat", std::array<std::int64_t, 6>{-1, -1, 5, -2, -2, 6});
  tests::source_of(block, "vmstat").uint64_columns = {"pgfault"};
  const auto samples = samples_in_file(block);
  const Fields wanted = {{"nr_free_pages", std::int64_t{-1}},
                         {"pgfault", std::numeric_limits<std::uint64_t>::max()},
                         {"pgmajfault", std::int64_t{5}}};
  EXPECT_EQ(*samples[0].fields("vmstat"), wanted);
}

TEST(Samples, read_marked_columns_of_one_device) {
  HostBlock block = make_block("node01", 1);
  tests::set_values(block, "diskstats", std::array<std::int64_t, 4>{-1, 2, -3, 4});
  tests::source_of(block, "diskstats").uint64_columns = {"cciss/c0d0p1.reads_completed"};
  const auto samples = samples_in_file(block);
  const auto& disks = *samples[0].devices("diskstats");
  EXPECT_EQ(disks[0].fields[0].second, Value(std::int64_t{-1}));
  EXPECT_EQ(disks[1].fields[0].second, Value(std::numeric_limits<std::uint64_t>::max() - 2));
}

TEST(Samples, leave_out_what_is_missing) {
  HostBlock block = make_block("node01", 3);
  constexpr std::int64_t none = missing_integer;
  tests::set_values(block, "meminfo", std::array{1L, none, none, none, 5L, 6L});
  tests::set_values(block, "diskstats",
                    std::array{1L, 2L, none, none, 1L, none, 3L, 4L, none, none, none, none});
  const auto samples = samples_in_file(block);
  EXPECT_EQ(*samples[0].fields("meminfo"), (Fields{{"MemTotal", std::int64_t{1}}}));
  EXPECT_EQ(samples[1].fields("meminfo"), nullptr) << "a source without a value is absent";
  EXPECT_EQ(samples[2].fields("meminfo")->size(), 2U);
  ASSERT_EQ(samples[0].devices("diskstats")->size(), 1U) << "a device that is not there yet";
  EXPECT_EQ(samples[1].devices("diskstats")->at(0).fields.size(), 1U);
  EXPECT_EQ(samples[2].devices("diskstats"), nullptr);
}

TEST(Samples, have_the_errors_of_their_time) {
  HostBlock block = make_block("node01", 4);
  block.errors = {{1, 2, 0, 0, 2, "meminfo", "cannot read"}, {2, 2, 0, 0, 1, "vmstat", "empty"}};
  const auto samples = samples_in_file(block);
  using Errors = std::map<std::string, std::string>;
  EXPECT_FALSE(samples[0].errors);
  EXPECT_EQ(samples[1].errors, (Errors{{"meminfo", "cannot read"}}));
  EXPECT_EQ(samples[2].errors, (Errors{{"meminfo", "cannot read"}, {"vmstat", "empty"}}));
  EXPECT_FALSE(samples[3].errors);
}

TEST(Samples, ignore_error_rows_outside_of_the_samples) {
  HostBlock block = make_block("node01", 2);
  block.errors = {{-5, 1'000'000'000'000, 0, 0, 1, "meminfo", "cannot read"}};
  const auto samples = samples_in_file(block);
  EXPECT_TRUE(samples[0].errors);
  EXPECT_TRUE(samples[1].errors);
}

}  // namespace
}  // namespace tscollect::store
