// The rates of a run's file, as a program of C++ reads them.
#include "support/host_blocks.hpp"
#include "support/temporary_folder.hpp"

#include <tscollect/rates.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

namespace tscollect {
namespace {

class RateReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::array blocks = {tests::make_block("node1", 6), tests::make_block("node2", 6)};
    tests::write_run(path_, blocks);
  }

  tests::TemporaryFolder folder_;
  std::string path_ = folder_.path() / "run.h5";
};

TEST_F(RateReaderTest, gives_the_growth_of_a_counter_a_second) {
  const RateReader reader(path_);
  const auto values = reader.of_device("node1", "", "memory.major_faults");
  ASSERT_EQ(values.size(), 5U);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t grown = tests::vmstat_value(i + 1, 2) - tests::vmstat_value(i, 2);
    EXPECT_NEAR(values[i].value * values[i].seconds, static_cast<double>(grown), 1e-6);
    EXPECT_NEAR(values[i].seconds, 1, 1e-3);
  }
  EXPECT_NEAR(static_cast<double>(values[1].end.time_since_epoch().count() - tests::start_ns) / 1e9,
              2, 1e-3);
}

TEST_F(RateReaderTest, adds_devices_and_hosts_up) {
  const RateReader reader(path_);
  const auto host = reader.of_host("node2", "disk.read.iops");
  const auto run = reader.of_run("disk.read.iops");
  ASSERT_EQ(host.size(), 5U);
  ASSERT_EQ(run.size(), 5U);
  for (std::size_t i = 0; i < run.size(); ++i) EXPECT_NEAR(run[i].value, 2 * host[i].value, 1e-6);
}

TEST_F(RateReaderTest, says_what_is_not_there) {
  EXPECT_THROW(RateReader("/nowhere.h5"), FileError);
  const RateReader reader(path_);
  EXPECT_THROW((void)reader.of_host("node1", "disk.speed"), FileError);
  EXPECT_THROW((void)reader.of_host("node9", "disk.read.iops"), FileError);
  EXPECT_THROW((void)reader.of_device("node1", "sdz", "disk.read.iops"), FileError);
  EXPECT_THROW((void)reader.of_run("rdma.rx.throughput"), FileError);
}

TEST(MetricDescription, is_what_the_list_says) {
  const auto all = metric_descriptions();
  ASSERT_GT(all.size(), 60U);
  EXPECT_EQ(all[0].name, "disk.read.throughput");
  EXPECT_EQ(all[0].formula, "512 × Δsectors_read / seconds");
}

}  // namespace
}  // namespace tscollect
