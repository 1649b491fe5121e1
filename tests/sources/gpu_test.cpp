#include "sources/nvml.hpp"

#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

#include <dlfcn.h>

#include <cstdlib>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table gpu_of(const std::string& tree) { return table_of(gpu, source_text_of(gpu, tree)); }

TEST(Gpu, reads_amds_in_sysfs) {
  const table::Table table = gpu_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  ASSERT_EQ(table.rows().size(), 2U);
  EXPECT_EQ(cell(table, "0000:c6:00.0", "utilization_gpu_percent"), 58);
  EXPECT_EQ(cell(table, "0000:c1:00.0", "memory_used_bytes"), 10485760);
  EXPECT_EQ(cell(table, "0000:c1:00.0", "power_uw"), 318540000);
  EXPECT_EQ(cell(table, "0000:c1:00.0", "clock_memory_hz"), 1600000000);
  EXPECT_EQ(cell(table, "0000:c1:00.0", "temperature_mc"), 54000);
}

TEST(Gpu, reads_what_other_drivers_have) {
  const table::Table table = gpu_of("linux-6.18");
  EXPECT_EQ(cell(table, "0000:03:00.0", "power_uw"), 31000000) << "power1_input, of newer chips";
  EXPECT_EQ(cell(table, "0000:00:02.0", "energy_uj"), 8123456789) << "Intel";
  EXPECT_EQ(cell(gpu_of("linux-4.18"), "0000:0b:00.0", "utilization_gpu_percent"), 99);
}

TEST(Gpu, says_what_its_values_are_and_what_gpus_are) {
  const table::Table table = gpu_of("linux-5.14");
  EXPECT_EQ(field_of(table, "power_uw")->unit, "uW");
  EXPECT_EQ(field_of(table, "memory_used_bytes")->kind, Kind::gauge);
  EXPECT_EQ(field_of(gpu_of("linux-6.18"), "energy_uj")->kind, Kind::counter);
  const table::DeviceFacts facts =
      gpu.describe_device(fixture_path("linux-5.14/sys"), "0000:c1:00.0");
  EXPECT_EQ(facts.numbers, std::vector<std::int64_t>{3});
  EXPECT_EQ(facts.texts.back(), "Instinct MI250X");
}

TEST(Gpu, names_the_one_bad_value_among_good_ones) {
  const table::Table text = gpu_of("gpu-value-is-text");
  EXPECT_NE(text.error().find("utilization_gpu_percent: 'busy' is not an integer"),
            std::string::npos);
  EXPECT_EQ(cell(text, "0000:0b:00.0", "memory_used_bytes"), 7);
}

/// NVML with the library that stands in for it, as if it were installed: the linker finds what is
/// loaded already by its name.
class Nvml : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::dlopen(TSCOLLECT_NVML_STAND_IN, RTLD_NOW), nullptr) << ::dlerror();
    ::unsetenv("NVML_STAND_IN");
    ::unsetenv("NVML_STAND_IN_GPUS");
  }
  void TearDown() override { SetUp(); }

  static table::Table table() {
    const auto maker = open_nvml();
    EXPECT_TRUE(maker) << maker.error().message;
    procfs::TextBuffer text;
    EXPECT_TRUE((*maker)->append_to(text));
    return table_of(gpu, text.view());
  }
  static std::string why_not() {
    const auto maker = open_nvml();
    return maker ? std::string() : maker.error().message;
  }
};

TEST_F(Nvml, has_every_value_of_every_gpu) {
  const table::Table values = table();
  EXPECT_EQ(values.error(), "");
  ASSERT_EQ(values.rows().size(), 2U);
  EXPECT_EQ(values.columns().size(), 22U);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "utilization_gpu_percent"), 57);
  EXPECT_EQ(cell(values, "0000:3c:00.0", "utilization_memory_percent"), 13);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "memory_total_bytes"), 85899345920);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "power_mw"), 318540);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "energy_mj"), 9182736455463);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "clock_sm_mhz"), 1980);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "clock_memory_mhz"), 2619);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "temperature_c"), 54);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "pcie_tx_bytes"), 1099511627776);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "pcie_rx_bytes"), 7) << "32 bits of a union";
  EXPECT_EQ(field_of(values, "pcie_rx_bytes")->kind, Kind::counter);
  EXPECT_EQ(field_of(values, "memory_used_bytes")->kind, Kind::gauge);
  EXPECT_EQ(field_of(values, "power_mw")->unit, "mW");
}

TEST_F(Nvml, goes_without_what_a_gpu_does_not_have) {
  ::setenv("NVML_STAND_IN", "not-supported", 1);
  const table::Table values = table();
  EXPECT_EQ(values.columns().size(), 18U);
  EXPECT_EQ(cell(values, "0000:3c:00.0", "power_mw"), std::nullopt);
  EXPECT_EQ(cell(values, "0000:3c:00.0", "clock_sm_mhz"), 1980);
}

TEST_F(Nvml, goes_on_when_one_gpu_is_lost) {
  ::setenv("NVML_STAND_IN", "lost", 1);
  const table::Table values = table();
  EXPECT_EQ(values.rows().size(), 1U);
  EXPECT_EQ(cell(values, "0000:3b:00.0", "power_mw"), 318540);
}

TEST_F(Nvml, says_why_it_cannot_be_used) {
  ::setenv("NVML_STAND_IN", "no-driver", 1);
  EXPECT_EQ(why_not(), "NVML: cannot start: Driver Not Loaded");
  ::unsetenv("NVML_STAND_IN");
  ::setenv("NVML_STAND_IN_GPUS", "0", 1);
  EXPECT_EQ(why_not(), "NVML: no GPUs");
}

}  // namespace
}  // namespace tscollect::sources
