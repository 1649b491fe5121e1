#include "marks/marked_phases.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tscollect::marks {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t zero_ns = 1'769'293'200 * second_ns;  // UTC
constexpr std::int64_t boot_ns = 500 * second_ns;            // rank 0's clock at tick 0

block::ClockOffset offset_of(std::int64_t wall_ns, std::int64_t mono_ns) {
  return {wall_ns, 0, mono_ns};
}

/// Two hosts: "a" is rank 0's, "b" was booted a day earlier and has its wall clock an hour ahead.
RunClocks clocks() {
  constexpr std::int64_t day_ns = 86'400 * second_ns;
  constexpr std::int64_t hour_ns = 3'600 * second_ns;
  return {
      {{"a", "boot-a", boot_ns, offset_of(0, 0), offset_of(0, 0)},
       {"b", "boot-b", boot_ns + day_ns, offset_of(hour_ns, day_ns), offset_of(hour_ns, day_ns)}},
      zero_ns,
      zero_ns + 100 * second_ns};
}

/// A mark at so many seconds after tick 0, made on a host, as its clocks tell it.
Mark mark(MarkKind kind, std::string name, double at, const std::string& host = "a") {
  const auto ns = static_cast<std::int64_t>(at * 1e9);
  for (const HostClocks& each : clocks().hosts)
    if (each.name == host)
      return {kind,
              std::move(name),
              host,
              each.boot_id,
              zero_ns + each.at_start.offset_ns + ns,
              each.zero_mono_ns + ns};
  return {kind, std::move(name), host, "boot-of-" + host, zero_ns + ns, ns};
}

/// "name begin-end@host/level" of each, in seconds after tick 0.
std::vector<std::string> told(const MarkedPhases& found) {
  std::vector<std::string> texts;
  for (const block::RunPhase& phase : found.phases) {
    const auto seconds = [](std::int64_t ns) {
      std::string text = std::to_string(static_cast<double>(ns - zero_ns) / 1e9);
      text.erase(text.find_last_not_of('0') + 1);
      if (text.ends_with('.')) text.pop_back();
      return text;
    };
    texts.push_back(phase.name + ' ' + seconds(phase.begin_ns) + '-' + seconds(phase.end_ns) + '@' +
                    phase.host + '/' + std::to_string(phase.level));
  }
  return texts;
}

using Texts = std::vector<std::string>;
constexpr auto next = MarkKind::next;
constexpr auto begin = MarkKind::begin;
constexpr auto end = MarkKind::end;

MarkedPhases found_in(std::vector<Mark> marks) {
  Marks all;
  all.marks = std::move(marks);
  return phases_of(all, clocks());
}

TEST(MarkedPhases, follow_each_other) {
  const auto found = found_in({mark(next, "write", 1), mark(next, "read", 2), mark(end, "", 4.5)});
  EXPECT_EQ(told(found), (Texts{"write 1-2@a/0", "read 2-4.5@a/0"}));
  EXPECT_TRUE(found.notes.empty());
}

TEST(MarkedPhases, end_with_the_run) {
  EXPECT_EQ(told(found_in({mark(begin, "all", 1), mark(next, "read", 2)})),
            (Texts{"all 1-100@a/0", "read 2-100@a/1"}));
}

TEST(MarkedPhases, are_nested) {
  const auto found = found_in(
      {mark(begin, "round 1", 1), mark(next, "write", 1), mark(next, "read", 3),
       mark(end, "round 1", 5), mark(begin, "round 2", 5), mark(next, "write", 6),
       mark(begin, "flush", 7), mark(end, "flush", 8), mark(end, "write", 9), mark(end, "", 10)});
  EXPECT_EQ(told(found), (Texts{"round 1 1-5@a/0", "write 1-3@a/1", "read 3-5@a/1",
                                "round 2 5-10@a/0", "write 6-9@a/1", "flush 7-8@a/2"}));
  EXPECT_TRUE(found.notes.empty());
}

TEST(MarkedPhases, go_on_in_place_of_one_that_has_a_phase_within) {
  EXPECT_EQ(told(found_in({mark(next, "write", 1), mark(begin, "inner", 2), mark(next, "x", 3),
                           mark(end, "inner", 4), mark(next, "read", 5)})),
            (Texts{"write 1-5@a/0", "inner 2-4@a/1", "x 3-4@a/2", "read 5-100@a/0"}));
}

TEST(MarkedPhases, may_have_the_same_name) {
  EXPECT_EQ(told(found_in({mark(next, "io", 1), mark(next, "io", 2), mark(end, "io", 3)})),
            (Texts{"io 1-2@a/0", "io 2-3@a/0"}));
}

TEST(MarkedPhases, of_several_hosts_are_on_the_clock_of_rank_0) {
  const auto found = found_in({mark(next, "write", 1, "b"), mark(next, "read", 2),
                               mark(next, "again", 3, "b"), mark(end, "", 4)});
  EXPECT_EQ(told(found), (Texts{"write 1-2@b/0", "read 2-3@a/0", "again 3-4@b/0"}));
  EXPECT_TRUE(found.notes.empty());
}

TEST(MarkedPhases, stand_in_the_order_of_their_times_and_then_of_the_file) {
  // What another host appended earlier was made later.
  EXPECT_EQ(told(found_in({mark(next, "second", 2, "b"), mark(next, "first", 1)})),
            (Texts{"first 1-2@a/0", "second 2-100@b/0"}));
  EXPECT_EQ(told(found_in({mark(next, "x", 1), mark(next, "y", 1), mark(next, "z", 1)})),
            (Texts{"x 1-1@a/0", "y 1-1@a/0", "z 1-100@a/0"}));
}

TEST(MarkedPhases, that_several_hosts_mark_are_one) {
  const auto found =
      found_in({mark(begin, "io", 1), mark(begin, "io", 1.1, "b"), mark(next, "write", 1.2, "b"),
                mark(next, "write", 1.3), mark(next, "read", 3), mark(next, "read", 3.1, "b"),
                mark(end, "io", 5, "b"), mark(end, "io", 5.1), mark(next, "write", 6),
                mark(next, "write", 6.1, "b"), mark(next, "write", 7)});
  EXPECT_EQ(told(found), (Texts{"io 1-5@a/0", "write 1.2-3@b/1", "read 3-5@a/1", "write 6-7@a/0",
                                "write 7-100@a/0"}));
  EXPECT_TRUE(found.notes.empty()) << found.notes.front();
}

TEST(MarkedPhases, of_a_round_end_once_for_each_host) {
  EXPECT_EQ(told(found_in({mark(begin, "r", 1), mark(begin, "r", 1, "b"), mark(end, "r", 2),
                           mark(begin, "r", 3), mark(end, "r", 3.5, "b"), mark(begin, "r", 4, "b"),
                           mark(end, "r", 5), mark(end, "r", 6, "b")})),
            (Texts{"r 1-2@a/0", "r 3-5@a/0"}));
}

TEST(MarkedPhases, that_begin_after_the_run_are_left_out_and_named) {
  const auto found = found_in({mark(next, "write", 99), mark(next, "late", 101),
                               mark(next, "later", 102), mark(end, "", 103)});
  EXPECT_EQ(told(found), (Texts{"write 99-100@a/0"}));
  EXPECT_EQ(found.notes, (Texts{"2 marks made after the last sample: late, later"}));
}

TEST(MarkedPhases, that_never_began_do_not_end) {
  const auto found =
      found_in({mark(end, "x\n", 1), mark(next, "a", 2), mark(end, "", 3), mark(end, "", 4)});
  EXPECT_EQ(told(found), (Texts{"a 2-3@a/0"}));
  ASSERT_EQ(found.notes.size(), 1U);
  EXPECT_EQ(found.notes[0], "2 marks of the end of a phase that was not begun: x\\x0a, --end");
}

TEST(MarkedPhases, of_a_host_without_a_rank_are_taken_by_its_wall_clock) {
  const auto found = found_in({mark(next, "x", 7, "login1"), mark(end, "", 8)});
  EXPECT_EQ(told(found), (Texts{"x 7-8@login1/0"}));
  EXPECT_EQ(found.notes,
            (Texts{"1 mark made where no rank sampled, and taken by the clock there: login1"}));
}

TEST(MarkedPhases, of_a_container_are_known_by_the_kernel_s_boot) {
  Mark inside = mark(next, "x", 7, "b");
  inside.host = "f00d";
  EXPECT_EQ(told(found_in({inside})), (Texts{"x 7-100@f00d/0"}));
}

TEST(MarkedPhases, of_a_host_that_was_booted_again_are_taken_by_its_wall_clock) {
  Mark later = mark(next, "x", 7, "b");
  later.boot_id = "another";
  later.mono_ns = 3;
  EXPECT_EQ(told(found_in({later})), (Texts{"x 7-100@b/0"}));
}

TEST(MarkedPhases, follow_a_clock_that_drifts) {
  RunClocks drifting = clocks();
  drifting.hosts[1].at_stop.mono_offset_ns += second_ns;  // 10 ms a second, over 100 s
  Marks all;
  Mark half_way = mark(next, "x", 50, "b");
  half_way.mono_ns += second_ns / 2;
  all.marks = {half_way};
  const auto found = phases_of(all, drifting);
  ASSERT_EQ(found.phases.size(), 1U);
  EXPECT_NEAR(static_cast<double>(found.phases[0].begin_ns - zero_ns), 50e9, 0.01e9);
}

TEST(MarkedPhases, of_hostile_times_and_depth_are_bounded) {
  Marks all;
  all.marks = {Mark{next, "x", "a", "boot-a", INT64_MIN, INT64_MIN},
               Mark{next, "y", "a", "boot-a", INT64_MAX, INT64_MAX},
               Mark{next, "z", "q", "", INT64_MAX, INT64_MIN}};
  const auto found = phases_of(all, clocks());
  EXPECT_TRUE(found.phases.empty());
  EXPECT_EQ(found.notes.size(), 3U);
  std::vector<Mark> deep;
  for (int i = 0; i < 100; ++i) deep.push_back(mark(begin, "d", 1 + i / 1000.0));
  const auto nested = found_in(deep);
  EXPECT_EQ(nested.phases.size(), 64U);
  EXPECT_EQ(nested.notes, (Texts{"36 marks nested deeper than 64: d, d, d, …"}));
}

TEST(MarkedPhases, say_what_of_the_file_could_not_be_read) {
  Marks all;
  all.bad_lines = 5;
  all.first_bad = {"line 2: a", "line 3: b", "line 4: c"};
  all.is_cut = true;
  const auto found = phases_of(all, clocks());
  EXPECT_EQ(found.notes,
            (Texts{"5 lines of the marks' file cannot be read: line 2: a; line 3: b; line 4: c",
                   "the marks' file is longer than 16 MiB; what stands behind is left out"}));
}

}  // namespace
}  // namespace tscollect::marks
