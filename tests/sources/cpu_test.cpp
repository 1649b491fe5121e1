#include "support/table_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table cpu_of(std::string_view tree) {
  return table_of(cpu, fixture(std::string(tree) + "/proc/stat"));
}
table::Table percpu_of(std::string_view tree) {
  return table_of(percpu, fixture(std::string(tree) + "/proc/stat"));
}

TEST(Cpu, reads_times_and_totals) {
  const table::Table table = cpu_of("linux-4.18");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(present_cells(table), (Cells{{{"", "user"}, 10132153},
                                         {{"", "nice"}, 290696},
                                         {{"", "system"}, 3084719},
                                         {{"", "idle"}, 46828483},
                                         {{"", "iowait"}, 16683},
                                         {{"", "irq"}, 0},
                                         {{"", "softirq"}, 25195},
                                         {{"", "steal"}, 171122},
                                         {{"", "guest"}, 175628},
                                         {{"", "guest_nice"}, 0},
                                         {{"", "interrupts"}, 1462898},
                                         {{"", "context_switches"}, 8920113},
                                         {{"", "forks"}, 102938},
                                         {{"", "procs_running"}, 2},
                                         {{"", "procs_blocked"}, 0},
                                         {{"", "softirqs"}, 3444532}}));
}

TEST(Cpu, leaves_out_what_an_older_kernel_does_not_have) {
  const table::Table table = cpu_of("linux-2.6.18");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "steal"), 0);
  EXPECT_EQ(cell(table, "", "guest"), std::nullopt);
  EXPECT_EQ(cell(table, "", "softirqs"), std::nullopt);
  EXPECT_EQ(cell(table, "", "interrupts"), 114930548);
  EXPECT_EQ(table.columns().size(), 13U);
}

TEST(Cpu, keeps_times_that_a_newer_kernel_adds) {
  const table::Table table = cpu_of("stat-more-times");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "guest_nice"), 0);
  EXPECT_EQ(cell(table, "", "statistic_11"), 7);
  EXPECT_EQ(cell(table, "", "statistic_12"), 8);
  EXPECT_EQ(field_of(table, "statistic_11")->kind, Kind::unknown);
}

TEST(Cpu, passes_over_lines_that_it_does_not_know) {
  const table::Table table = table_of(cpu, "cpu  1 2 3 4\n\nnovel 12 x\npage 5 6\nctxt 9\ncpux\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "context_switches"), 9);
  EXPECT_EQ(table.columns().size(), 5U);
}

TEST(Cpu, names_a_total_that_is_no_number_and_keeps_the_rest) {
  const table::Table table = cpu_of("stat-total-is-text");
  EXPECT_EQ(table.error(), "stat line 5: context_switches: 'many' is not an integer");
  EXPECT_EQ(cell(table, "", "forks"), 412);
  EXPECT_EQ(cell(table, "", "context_switches"), std::nullopt);
  EXPECT_EQ(cpu_of("stat-total-missing").error(), "stat line 7: forks: '' is not an integer");
}

TEST(Cpu, takes_none_of_the_times_of_a_line_that_was_cut) {
  const table::Table table = table_of(cpu, "cpu  1 2 3\nctxt 9\n");
  EXPECT_EQ(table.error(), "stat line 1: has fewer than 4 times");
  EXPECT_EQ(cell(table, "", "user"), std::nullopt);
  EXPECT_EQ(cell(table, "", "context_switches"), 9);
}

TEST(Cpu, says_what_its_values_are) {
  const table::Table table = cpu_of("linux-6.18");
  EXPECT_EQ(field_of(table, "iowait")->unit, "clock ticks");
  EXPECT_EQ(field_of(table, "iowait")->kind, Kind::counter);
  EXPECT_EQ(field_of(table, "procs_running")->kind, Kind::gauge);
  EXPECT_EQ(field_of(table, "forks")->width_bits, 0);
}

TEST(Cpu, knows_which_times_may_go_down) {
  for (const table::Source* source : {&cpu, &percpu})
    for (const std::string_view name : source->counters_that_fall)
      EXPECT_EQ(std::ranges::count(source->fields, name, &FieldDescription::name), 1) << name;
}

TEST(Cpu, follows_a_text_of_which_other_lines_are_another_source) {
  table::Table table = table_of(cpu, "cpu  10 2 3 4\ncpu0 5 1 1 2\ncpu1 5 1 2 2\nctxt 90\n");
  feed(table, "cpu  12 2 3 4\ncpu0 7 1 1 2\ncpu1 5 1 2 2\nctxt 90\n");
  EXPECT_EQ(cell(table, "", "user"), 12);
  EXPECT_EQ(table.touched().size(), 1U) << "it was not learned anew";
}

TEST(Percpu, reads_each_cpu_by_its_name) {
  const table::Table table = percpu_of("linux-2.6.18");
  EXPECT_EQ(table.error(), "");
  ASSERT_EQ(table.rows().size(), 2U);
  EXPECT_EQ(cell(table, "cpu0", "user"), 1132);
  EXPECT_EQ(cell(table, "cpu1", "steal"), 0);
  EXPECT_EQ(cell(table, "cpu1", "idle"), 11313845);
  EXPECT_EQ(table.columns().size(), 16U);
}

TEST(Percpu, reads_all_of_many_cpus) {
  const table::Table table = percpu_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(table.rows().size(), 128U);
  EXPECT_EQ(table.columns().size(), 1280U);
  // All CPUs together are what each of them was.
  std::int64_t guest = 0;
  for (const table::Row& row : table.rows()) guest += cell(table, row.name, "guest").value();
  EXPECT_EQ(guest, cell(cpu_of("linux-5.14"), "", "guest"));
}

TEST(Percpu, has_no_row_for_a_cpu_that_is_offline) {
  const table::Table table = percpu_of("linux-3.10");
  EXPECT_EQ(table.rows().size(), 15U);
  EXPECT_EQ(row_of(table, "cpu5"), nullptr);
  EXPECT_NE(row_of(table, "cpu6"), nullptr);
}

TEST(Percpu, follows_cpus_that_go_and_return) {
  table::Table table = table_of(percpu, "cpu  9 9 9 9\ncpu0 1 1 1 1\ncpu1 2 2 2 2\nctxt 1\n");
  feed(table, "cpu  9 9 9 9\ncpu0 3 1 1 1\nctxt 1\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "cpu0", "user"), 3);
  EXPECT_EQ(cell(table, "cpu1", "user"), std::nullopt);
  feed(table, "cpu  9 9 9 9\ncpu0 3 1 1 1\ncpu1 5 2 2 2\nctxt 1\n");
  EXPECT_EQ(cell(table, "cpu1", "user"), 5);
  EXPECT_EQ(table.rows().size(), 2U);
}

TEST(Percpu, keeps_the_other_cpus_of_a_bad_line) {
  const table::Table cut = percpu_of("stat-line-cut-short");
  EXPECT_EQ(cut.error(), "stat line 3: cpu1 has fewer than 4 times");
  EXPECT_EQ(cell(cut, "cpu0", "user"), 2500);
  EXPECT_EQ(cell(cut, "cpu1", "user"), std::nullopt);
  const table::Table text = percpu_of("stat-time-is-text");
  EXPECT_EQ(text.error(), "stat line 2: cpu0.system: 'x113' is not an integer");
  EXPECT_EQ(cell(text, "cpu0", "idle"), 440600);
  EXPECT_EQ(cell(text, "cpu1", "system"), 1100);
}

TEST(Percpu, may_have_no_rows) { EXPECT_EQ(percpu_of("empty").error(), ""); }

}  // namespace
}  // namespace tscollect::sources
