#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table power_of(const std::string& tree) {
  return table_of(power, source_text_of(power, tree));
}

TEST(Power, reads_each_zone_with_its_range) {
  const table::Table table = power_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "intel-rapl:1", "energy_uj"), 100234567891);
  EXPECT_EQ(cell(table, "intel-rapl:0:0", "energy_uj"), 5000);
  EXPECT_EQ(cell(table, "intel-rapl:0:0", "max_energy_range_uj"), 65712999613);
  EXPECT_EQ(cell(table, "intel-rapl", "energy_uj"), std::nullopt) << "the driver is no zone";
  EXPECT_EQ(cell(power_of("linux-3.10"), "intel-rapl:0:0", "energy_uj"), 2345678901);
  EXPECT_EQ(power_of("linux-6.18").rows().size(), 2U) << "dtpm sets limits alone";
}

TEST(Power, reads_the_counters_of_a_cray_node) {
  const table::Table table = power_of("linux-5.14");
  EXPECT_EQ(cell(table, "pm_counters", "energy"), 8127364);
  EXPECT_EQ(cell(table, "pm_counters", "power"), 412);
  EXPECT_EQ(cell(table, "pm_counters", "accel0_energy"), 99);
  EXPECT_EQ(field_of(table, "energy")->unit, "J");
  EXPECT_EQ(field_of(table, "energy")->kind, Kind::counter);
  EXPECT_EQ(field_of(table, "memory_power")->unit, "W");
  EXPECT_EQ(field_of(table, "memory_power")->kind, Kind::gauge);
  EXPECT_EQ(field_of(table, "power_cap"), nullptr);
}

TEST(Power, says_what_its_values_are_and_what_zones_are) {
  const table::Table table = power_of("linux-3.10");
  EXPECT_EQ(field_of(table, "energy_uj")->unit, "uJ");
  EXPECT_EQ(field_of(table, "energy_uj")->kind, Kind::counter);
  EXPECT_EQ(field_of(table, "max_energy_range_uj")->kind, Kind::gauge);
  const auto name = [](std::string_view zone) {
    return power.describe_device(fixture_path("linux-5.14/sys"), zone).texts.front();
  };
  EXPECT_EQ(name("intel-rapl:0"), "package-0");
  EXPECT_EQ(name("intel-rapl:1:0"), "package-1/dram");
  EXPECT_EQ(name("pm_counters"), "HPE Cray node");
  EXPECT_EQ(name("intel-rapl:9"), "");
}

TEST(Power, names_the_one_bad_value_and_the_right_that_is_missing) {
  const table::Table text = power_of("power-energy-is-text");
  EXPECT_NE(text.error().find("intel-rapl:0.energy_uj: 'lots' is not an integer"),
            std::string::npos)
      << text.error();
  EXPECT_EQ(cell(text, "intel-rapl:0", "max_energy_range_uj"), 262143328850);
  EXPECT_EQ(power.explain_error("x", EACCES), "energy counters are for root here");
  EXPECT_EQ(power.explain_error("x", EIO), "");
}

}  // namespace
}  // namespace tscollect::sources
