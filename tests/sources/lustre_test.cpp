#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table lustre_of(const std::string& tree) {
  return table_of(lustre, source_text_of(lustre, tree));
}

TEST(Lustre, reads_how_often_and_how_much) {
  const table::Table table = lustre_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  const char* file_system = "llite/work-ffff9e3c00";
  EXPECT_EQ(cell(table, file_system, "read_bytes_samples"), 700);
  EXPECT_EQ(cell(table, file_system, "read_bytes_sum"), 314982400);
  EXPECT_EQ(cell(table, file_system, "write_bytes_sum"), 0);
  EXPECT_EQ(cell(table, file_system, "open_samples"), 12);
  EXPECT_EQ(cell(table, file_system, "open_us"), 500);
  EXPECT_EQ(cell(table, "osc/work-OST0001-osc-ffff9e3c00", "req_waittime_us"), 81234);
  EXPECT_EQ(cell(table, "mdc/work-MDT0000-mdc-ffff9e3c00", "create_samples"), 4) << "md_stats";
}

TEST(Lustre, reads_the_places_and_units_of_older_versions) {
  const table::Table table = lustre_of("linux-3.10");
  EXPECT_EQ(table.error(), "");
  const char* file_system = "llite/scratch-ffff880fff";
  EXPECT_EQ(cell(table, file_system, "read_bytes_sum"), 3149824);
  EXPECT_EQ(cell(table, file_system, "getattr_samples"), 30);
  EXPECT_EQ(field_of(table, "getattr_sum"), nullptr) << "[regs] has none";
  EXPECT_EQ(cell(table, "osc/scratch-OST0000-osc-ffff880fff", "req_active_sum"), 61);
  EXPECT_EQ(cell(table, "mdc/scratch-MDT0000-mdc-ffff880fff", "mds_getattr_us"), 210);
}

TEST(Lustre, says_what_its_values_are) {
  const table::Table table = lustre_of("linux-3.10");
  EXPECT_EQ(field_of(table, "read_bytes_sum")->unit, "bytes");
  EXPECT_EQ(field_of(table, "osc_read_bytes")->unit, "bytes");
  EXPECT_EQ(field_of(table, "req_waittime_us")->unit, "us");
  EXPECT_EQ(field_of(table, "read_bytes_samples")->unit, "count");
  EXPECT_EQ(field_of(table, "read_bytes_sum")->kind, Kind::counter);
}

TEST(Lustre, says_why_there_is_nothing) {
  const auto why = [](const std::string& tree) {
    const auto files = lustre.find_files({fixture_path(tree) / "proc", fixture_path(tree) / "sys"});
    return files ? std::string() : files.error().message;
  };
  EXPECT_NE(why("linux-6.18").find("no Lustre client"), std::string::npos);
  EXPECT_NE(why("linux-4.18").find("need root"), std::string::npos) << "a client without debugfs";
}

TEST(Lustre, names_the_one_bad_value_among_good_ones) {
  const table::Table cut = lustre_of("lustre-statistic-cut-short");
  EXPECT_NE(cut.error().find("llite/a-1 has a statistic without a unit"), std::string::npos)
      << cut.error();
  EXPECT_EQ(cell(cut, "llite/a-1", "open_samples"), 12);
  const table::Table text = lustre_of("lustre-count-is-text");
  EXPECT_NE(text.error().find("read_bytes_samples: 'many' is not an integer"), std::string::npos);
  EXPECT_EQ(cell(text, "llite/a-1", "read_bytes_sum"), 3);
}

}  // namespace
}  // namespace tscollect::sources
