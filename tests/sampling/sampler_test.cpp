#include "sampling/sampler.hpp"

#include "support/table_view.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tscollect::sampling {
namespace {

using test::cell;

SampleOptions options_of(const std::string& tree, std::vector<std::string> sources,
                         std::vector<std::string> if_present = {}) {
  SampleOptions options;
  options.procfs = test::fixture_path(tree) / "proc";
  options.sysfs = test::fixture_path(tree) / "sys";
  options.sources = std::move(sources);
  options.sources_if_present = std::move(if_present);
  return options;
}

std::vector<std::string> names_of(const Sampler& sampler) {
  std::vector<std::string> names;
  for (const stream::SourceReading& reading : sampler.readings())
    names.emplace_back(reading.table->source().description.name);
  return names;
}

TEST(Sampler, reads_every_source_into_its_table) {
  Sampler sampler(options_of("linux-5.14", select_sources("all").value().names));
  sampler.read();
  EXPECT_EQ(sampler.failures(), 0U);
  EXPECT_EQ(names_of(sampler), select_sources("all").value().names);
  const auto table = [&](std::size_t i) -> const table::Table& {
    return *sampler.readings()[i].table;
  };
  EXPECT_EQ(cell(table(5), "", "procs_running"), 129);
  EXPECT_EQ(table(6).rows().size(), 128U) << "of the same text as cpu";
  EXPECT_EQ(cell(table(7), "", "memory_some_total"), 1928374);
  EXPECT_EQ(cell(table(8), "mlx5_0/1", "rate_mbps"), 200'000);
}

TEST(Sampler, leaves_out_sources_that_a_host_does_not_have) {
  const auto all = select_sources("all").value();
  const Sampler sampler(options_of("linux-2.6.18", all.names, all.if_present));
  EXPECT_EQ(names_of(sampler),
            (std::vector<std::string>{"diskstats", "vmstat", "loadavg", "meminfo", "netdev", "cpu",
                                      "percpu", "tcp", "numa", "reading_time"}));
  const auto absent = sampler.absent();
  ASSERT_EQ(absent.size(), 8U);
  EXPECT_EQ(absent[0].name, "pressure");
  EXPECT_NE(absent[0].reason.find("built without pressure"), std::string::npos);
  EXPECT_EQ(absent[1].name, "rdma");
  EXPECT_TRUE(absent[1].is_whole);
}

TEST(Sampler, reports_a_source_that_was_named_and_is_not_there) {
  Sampler sampler(options_of("linux-2.6.18", {"vmstat", "rdma"}));
  sampler.read();
  EXPECT_EQ(sampler.failures(), 1U);
  EXPECT_TRUE(sampler.readings()[1].error.ends_with("no RDMA devices"));
  EXPECT_TRUE(sampler.read_anything());
  EXPECT_TRUE(sampler.absent().empty());
}

TEST(Sampler, applies_device_expressions_to_devices_alone) {
  SampleOptions options = options_of("linux-5.14", {"netdev", "percpu", "rdma"});
  options.include_devices = "^mlx5_0";
  Sampler sampler(options);
  sampler.read();
  EXPECT_EQ(sampler.readings()[0].table->rows().size(), 0U);
  EXPECT_EQ(sampler.readings()[1].table->rows().size(), 128U) << "CPUs are no devices";
  EXPECT_EQ(sampler.readings()[2].table->rows().size(), 1U);
}

TEST(Sampler, names_a_bad_value_of_a_source_of_several_files) {
  Sampler sampler(options_of("rdma-counter-is-text", {"rdma"}));
  sampler.read();
  EXPECT_EQ(sampler.readings()[0].error,
            "class/infiniband/*/ports/*: mlx5_0/1.port_xmit_data: 'lots' is not an integer");
  EXPECT_EQ(cell(*sampler.readings()[0].table, "mlx5_0/1", "port_rcv_data"), 12);
}

TEST(Sampler, refuses_a_source_that_nobody_knows) {
  EXPECT_THROW(Sampler(options_of("linux-5.14", {"novel"})), std::invalid_argument);
}

}  // namespace
}  // namespace tscollect::sampling
