#include "analysis/column_rates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace tscollect::analysis {
namespace {

CellColumn column(const std::vector<std::int64_t>& cells, int width_bits = 64) {
  CellColumn made;
  made.cells = cells;
  made.samples = cells.size();
  made.width_bits = width_bits;
  return made;
}

std::vector<double> growth(const CellColumn& of) {
  std::vector<double> sums(of.samples, 0);
  add_growth(of, sums);
  return sums;
}

TEST(ColumnRates, have_no_growth_beside_a_missing_cell) {
  const std::vector<std::int64_t> cells = {1, 4, missing_integer, 9, 10};
  const std::vector<double> grown = growth(column(cells));
  EXPECT_TRUE(std::isnan(grown[0])) << "nothing before the first";
  EXPECT_EQ(grown[1], 3);
  EXPECT_TRUE(std::isnan(grown[2]));
  EXPECT_TRUE(std::isnan(grown[3]));
  EXPECT_EQ(grown[4], 1);
}

TEST(ColumnRates, wrap_at_the_width_of_the_field) {
  const std::vector<std::int64_t> cells = {4'294'967'000, 200};
  EXPECT_EQ(growth(column(cells, 32))[1], 496);
  EXPECT_EQ(growth(column(cells, 64))[1], was_reset);
  const std::vector<std::int64_t> word = {-10, 5};  // 2^64 - 10
  EXPECT_EQ(growth(column(word, 64))[1], 15);
}

TEST(ColumnRates, take_a_fall_for_a_reset_unless_it_may_fall) {
  const std::vector<std::int64_t> cells = {100, 90};
  CellColumn of = column(cells, 32);
  EXPECT_EQ(growth(of)[1], was_reset);
  of.may_fall = true;
  EXPECT_EQ(growth(of)[1], 0);
}

TEST(ColumnRates, wrap_at_a_range_that_is_beside_them) {
  const std::vector<std::int64_t> cells = {900'000, 100, 50, 1'000'100, 20};
  const std::vector<std::int64_t> ranges(cells.size(), 1'000'000);
  CellColumn of = column(cells);
  of.ranges = ranges;
  const std::vector<double> grown = growth(of);
  EXPECT_EQ(grown[1], 100'100);
  EXPECT_EQ(grown[2], was_reset) << "a decrease of less than half of the range";
  EXPECT_EQ(grown[4], was_reset) << "it was beyond its range";
}

TEST(ColumnRates, do_not_overflow_at_the_limits) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::int64_t> cells = {-most, most, -most};
  const std::vector<std::int64_t> ranges(cells.size(), most);
  CellColumn of = column(cells);
  of.ranges = ranges;
  const std::vector<double> grown = growth(of);
  EXPECT_EQ(grown[1], was_reset);
  EXPECT_EQ(grown[2], 2) << "modulo 2^64";
}

TEST(ColumnRates, bring_fields_of_several_units_together) {
  const std::vector<std::int64_t> cells = {2, 5};
  CellColumn of = column(cells);
  of.factor = 1000;
  EXPECT_EQ(growth(of)[1], 3000);
  std::vector<double> levels(2, 1);
  add_level(of, levels);
  EXPECT_EQ(levels, (std::vector<double>{2001, 5001}));
  const std::vector<Term> terms = terms_of("power_mw?*1000 energy_uj%max_uj user~");
  EXPECT_EQ(terms[0].field, "power_mw");
  EXPECT_EQ(terms[0].factor, 1000);
  EXPECT_TRUE(terms[0].optional);
  EXPECT_EQ(terms[1].field, "energy_uj");
  EXPECT_EQ(terms[1].range, "max_uj");
  EXPECT_TRUE(terms[2].may_fall);
}

TEST(ColumnRates, go_on_from_the_part_before) {
  const std::vector<std::int64_t> cells = {7, 9};
  CellColumn of = column(cells);
  of.before = 5;
  EXPECT_EQ(growth(of), (std::vector<double>{2, 2}));
}

Fractions evaluated(const char* name, const QuantityColumns& columns,
                    const std::vector<double>& seconds) {
  Fractions result;
  evaluate(*find_quantity(name), columns, seconds, result);
  return result;
}

TEST(ColumnRates, divide_a_latency_by_completions_and_not_by_zero) {
  const std::vector<std::int64_t> ms = {0, 30, 30};
  const std::vector<std::int64_t> reads = {0, 10, 10};
  const Fractions latency =
      evaluated("disk.read.latency", {{column(ms)}, {column(reads)}, 0}, {0, 1, 1});
  EXPECT_EQ(latency.numerator[1] / latency.denominator[1], 3);
  EXPECT_EQ(latency.denominator[2], 0);
  EXPECT_EQ(latency.numerator[2], 0) << "known: there were none";
}

TEST(ColumnRates, know_no_ratio_of_which_a_part_was_reset) {
  const std::vector<std::int64_t> ms = {0, 30};
  const std::vector<std::int64_t> reads = {100, 10};
  const Fractions latency =
      evaluated("disk.read.latency", {{column(ms)}, {column(reads)}, 0}, {0, 1});
  EXPECT_EQ(latency.numerator[1], was_reset);
  EXPECT_EQ(latency.denominator[1], 0);
}

TEST(ColumnRates, take_more_busy_time_than_there_was_for_a_reset) {
  const std::vector<std::int64_t> ms = {0, 500, 3500};
  const Fractions busy = evaluated("disk.busy", {{column(ms, 32)}, {}, 0}, {0, 1, 1});
  EXPECT_DOUBLE_EQ(busy.numerator[1] / busy.denominator[1], 50);
  EXPECT_EQ(busy.numerator[2], was_reset);
}

TEST(ColumnRates, know_no_level_that_fell_below_zero) {
  const std::vector<std::int64_t> kib = {5, -2, missing_integer, 7};
  CellColumn of = column(kib);
  of.is_unsigned = true;
  const Fractions level = evaluated("memory.free", {{of}, {}, 0}, {0, 2, 2, 2});
  EXPECT_EQ(level.denominator, (std::vector<double>{0, 0, 0, 2}));
  EXPECT_DOUBLE_EQ(level.numerator[3] / level.denominator[3], 7 * 1024);
}

TEST(Quantity, says_its_formula) {
  EXPECT_EQ(formula_of(*find_quantity("disk.read.throughput")), "512 × Δsectors_read / seconds");
  EXPECT_EQ(formula_of(*find_quantity("disk.read.latency")), "Δtime_reading_ms / Δreads_completed");
  EXPECT_EQ(formula_of(*find_quantity("memory.free")), "1024 × MemFree");
  EXPECT_EQ(find_quantity("disk.read"), nullptr);
}

TEST(Quantity, reads_the_marks_of_its_terms) {
  const std::vector<Term> terms = terms_of("user iowait?~ @speed_mbps");
  ASSERT_EQ(terms.size(), 3U);
  EXPECT_FALSE(terms[0].optional || terms[0].may_fall || terms[0].is_attribute);
  EXPECT_EQ(terms[1].field, "iowait");
  EXPECT_TRUE(terms[1].optional && terms[1].may_fall);
  EXPECT_EQ(terms[2].field, "speed_mbps");
  EXPECT_TRUE(terms[2].is_attribute);
}

}  // namespace
}  // namespace tscollect::analysis
