#include "options/config_file.hpp"

#include <gtest/gtest.h>

namespace tscollect::options {
namespace {

std::vector<Setting> settings_of(std::string_view text,
                                 std::string_view program = "tscollect-mpi") {
  auto settings = parse_config(text, "f.conf", program);
  EXPECT_TRUE(settings) << settings.error().message;
  return settings ? *settings : std::vector<Setting>();
}

TEST(ConfigFile, has_a_setting_a_line_and_knows_which) {
  const auto settings = settings_of("# ours\n\ninterval=0.5\r\n; old\n label = a b=c \nforce");
  ASSERT_EQ(settings.size(), 3U);
  EXPECT_EQ(settings[0].name, "interval");
  EXPECT_EQ(settings[0].value, "0.5");
  EXPECT_EQ(settings[0].origin, "f.conf:3");
  EXPECT_EQ(settings[1].name, "label");
  EXPECT_EQ(settings[1].value, "a b=c");
  EXPECT_EQ(settings[2].value, "true");
  EXPECT_EQ(settings[2].origin, "f.conf:6");
}

TEST(ConfigFile, takes_a_value_in_quotes_as_it_is) {
  const auto settings = settings_of("output=\" a.h5 \"\nlabel='k=v'\nrun=\"odd\nowner=");
  EXPECT_EQ(settings[0].value, " a.h5 ");
  EXPECT_EQ(settings[1].value, "k=v");
  EXPECT_EQ(settings[2].value, "\"odd");
  EXPECT_EQ(settings[3].value, "");
}

TEST(ConfigFile, has_a_part_for_tscollect_run_alone) {
  constexpr std::string_view text =
      "interval=1\n[tscollect-run]\nrequire=true\n[all]\nforce=true\n";
  EXPECT_EQ(settings_of(text).size(), 2U);
  EXPECT_EQ(settings_of(text, "tscollect-run").size(), 3U);
  const auto wrong = parse_config("\n[slurm]\n", "f.conf", "tscollect-mpi");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message, "f.conf:2: '[slurm]' is neither [tscollect-run] nor [all]");
}

}  // namespace
}  // namespace tscollect::options
