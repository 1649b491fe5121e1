// A table that follows texts line by line must hold what a new one reads from the last text alone.
#include "support/table_view.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::table {
namespace {

using namespace test;

/// A text that changes a little from step to step, as files under /proc do, or breaks.
class MutatingText {
 public:
  MutatingText(std::string_view text, unsigned seed) : random_(seed) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      lines_.emplace_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    original_ = lines_;
  }

  std::string next() {
    for (std::size_t changes = below(6); changes > 0; --changes) change_digits();
    if (below(4) == 0) change_lines();
    if (below(8) == 0) corrupt();
    if (below(40) == 0) lines_ = original_;
    std::string text;
    for (const std::string& line : lines_) text += line + '\n';
    if (!text.empty() && below(30) == 0) text.pop_back();
    if (!text.empty() && below(60) == 0) text.resize(below(text.size()));
    return text;
  }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  std::string& any_line() {
    if (lines_.empty()) lines_ = original_;
    return lines_[below(lines_.size())];
  }

  // Digits within the last two thirds: a key's or a device's own digits change sometimes, too.
  void change_digits() {
    std::string& line = any_line();
    for (std::size_t at = below(line.size() + 1); at < line.size(); ++at) {
      if (line[at] < '0' || line[at] > '9') continue;
      line[at] = static_cast<char>('0' + below(10));
      if (below(4) == 0) line.insert(at, "1");
      if (below(3) == 0) return;
    }
  }

  void change_lines() {
    if (lines_.empty()) lines_ = original_;
    const auto at = static_cast<std::ptrdiff_t>(below(lines_.size()));
    switch (below(5)) {
      case 0: lines_.erase(lines_.begin() + at); break;
      case 1: lines_.insert(lines_.begin() + at, original_[below(original_.size())]); break;
      case 2: std::swap(lines_[static_cast<std::size_t>(at)], any_line()); break;
      case 3: any_line() += " 7"; break;
      default: std::shuffle(lines_.begin(), lines_.end(), random_); break;
    }
  }

  void corrupt() {
    static constexpr std::string_view pieces[] = {
        "x", "-", " ", ":", "\t", "/", ".", "\xff", "\r", "18446744073709551615", "nan", "|", ""};
    std::string& line = any_line();
    const std::size_t at = below(line.size() + 1);
    switch (below(4)) {
      case 0: line.insert(at, pieces[below(std::size(pieces))]); break;
      case 1: line.resize(at); break;
      case 2: line.insert(at, 1, '\0'); break;
      default: line = original_[below(original_.size())]; break;  // mended
    }
  }

  std::mt19937 random_;
  std::vector<std::string> lines_;
  std::vector<std::string> original_;
};

void expect_touched_covers_changes(const Table& table, const std::vector<std::int64_t>& before) {
  const std::vector<std::int64_t>& now = table.values();
  std::vector<bool> touched(now.size());
  for (const std::uint32_t column : table.touched()) {
    if (touched[column]) FAIL() << "column " << column << " was touched twice";
    touched[column] = true;
  }
  for (std::size_t column = 0; column < now.size(); ++column) {
    const std::int64_t was = column < before.size() ? before[column] : missing_integer;
    if (now[column] != was && !touched[column])
      FAIL() << "column " << column << " changed untouched";
  }
}

void compare(const Source& source, std::string_view fixture_name, unsigned seed, int steps) {
  const DeviceFilter filter("", "^(loop|veth)");
  Table table(source, filter);
  MutatingText text(
      fixture(std::string(fixture_name) + "/proc/" + std::string(source.description.path)), seed);
  for (int step = 0; step < steps; ++step) {
    const std::string now = text.next();
    const std::vector<std::int64_t> before = table.values();
    feed(table, now);
    Table anew(source, filter);
    feed(anew, now);
    ASSERT_EQ(present_cells(table), present_cells(anew))
        << "seed " << seed << ", step " << step << ", text:\n"
        << now;
    ASSERT_EQ(table.error(), anew.error()) << "seed " << seed << ", step " << step;
    expect_touched_covers_changes(table, before);
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", step " << step;
  }
}

unsigned seed_for(unsigned number) {
  const char* const asked = std::getenv("TSCOLLECT_TEST_SEED");
  return asked != nullptr ? static_cast<unsigned>(std::strtoul(asked, nullptr, 10)) : number;
}

void compare_on_three_kernels(const Source& source) {
  unsigned seed = 1;
  for (const char* kernel : {"linux-2.6.18", "linux-5.14", "container-lxcfs"})
    compare(source, kernel, seed_for(seed++), 400);
}

// A table fed with many texts agrees with a new one at every step.
TEST(Differential, diskstats_agrees_with_a_new_table) {
  compare_on_three_kernels(sources::diskstats);
}
TEST(Differential, vmstat_agrees_with_a_new_table) { compare_on_three_kernels(sources::vmstat); }
TEST(Differential, loadavg_agrees_with_a_new_table) { compare_on_three_kernels(sources::loadavg); }
TEST(Differential, meminfo_agrees_with_a_new_table) { compare_on_three_kernels(sources::meminfo); }
TEST(Differential, netdev_agrees_with_a_new_table) { compare_on_three_kernels(sources::netdev); }

}  // namespace
}  // namespace tscollect::table
