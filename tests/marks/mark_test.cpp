#include "marks/mark.hpp"

#include <tscollect/time.hpp>

#include <gtest/gtest.h>

#include <string>
#include <unistd.h>
#include <variant>

namespace tscollect::marks {
namespace {

Result<Line> parse(std::string line) {
  EXPECT_TRUE(line.ends_with('\n'));
  line.pop_back();
  EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  return parse_line(line);
}

Mark read_back(const Mark& mark) {
  const auto line = parse(to_line(mark));
  return line && std::holds_alternative<Mark>(*line) ? std::get<Mark>(*line) : Mark{};
}

std::string error_of(std::string_view line) {
  const auto parsed = parse_line(line);
  return parsed ? "none" : parsed.error().message;
}

TEST(Mark, comes_back_from_its_line) {
  for (const MarkKind kind : {MarkKind::next, MarkKind::begin, MarkKind::end}) {
    const Mark mark{kind, "write 1", "node01", "0a1b", 1'769'293'200'000'000'001, 4'711};
    EXPECT_EQ(read_back(mark), mark);
  }
  const Mark nameless{MarkKind::end, "", "node01", "", 1, 2};
  EXPECT_EQ(read_back(nameless), nameless);
}

TEST(Mark, has_a_name_of_any_characters_on_one_line) {
  for (const std::string name : {"a\nb", "\"quoted\", \\ and {braces}", "\t\r\x01\x7f", "größer",
                                 "\xe2\x80\xaeright to left", "<script>alert(1)</script>", "--end",
                                 " ", "\xf0\x9f\x93\x88"}) {
    const Mark mark{MarkKind::next, name, "h", "b", 1, 2};
    EXPECT_EQ(read_back(mark).name, name);
  }
}

TEST(Mark, has_what_is_no_utf_8_replaced) {
  EXPECT_EQ(read_back({MarkKind::next,
                       "a\xff"
                       "b",
                       "h", "", 1, 2})
                .name,
            "a\xef\xbf\xbd"
            "b");
}

TEST(Mark, is_of_this_host_and_moment) {
  const auto before = mono_now().time_since_epoch().count();
  const Mark mark = mark_now(MarkKind::begin, "x");
  EXPECT_GE(mark.mono_ns, before);
  EXPECT_LE(mark.mono_ns, mono_now().time_since_epoch().count());
  EXPECT_LT(wall_now().time_since_epoch().count() - mark.wall_ns, 60'000'000'000);
  char name[256] = {};
  ASSERT_EQ(::gethostname(name, sizeof name - 1), 0);
  EXPECT_EQ(mark.host, name);
  EXPECT_EQ(mark.boot_id.size(), 36U);
}

TEST(Mark, is_refused_with_a_name_that_cannot_be) {
  EXPECT_EQ(error_in_name("x"), "");
  EXPECT_EQ(error_in_name(""), "it has no name");
  EXPECT_EQ(error_in_name(std::string_view("a\0b", 3)), "its name has a zero byte");
  EXPECT_EQ(error_in_name(std::string(longest_name, 'x')), "");
  EXPECT_EQ(error_in_name(std::string(longest_name + 1, 'x')),
            "its name has 1025 bytes, and 1024 are the most");
}

TEST(MarksLine, of_a_command_comes_back) {
  const block::RunCommand command{"./ior -w", "node01", "2026-01-24T22:20:00Z",
                                  "2026-01-24T22:21:00Z", 7};
  const auto line = parse(to_line(command));
  ASSERT_TRUE(line);
  const auto& read = std::get<block::RunCommand>(*line);
  EXPECT_EQ(read.line, command.line);
  EXPECT_EQ(read.host, command.host);
  EXPECT_EQ(read.begin, command.begin);
  EXPECT_EQ(read.end, command.end);
  EXPECT_EQ(read.exit_status, command.exit_status);
}

TEST(MarksLine, of_head_and_end_is_known_by_its_front) {
  const std::string head = to_line(Head{"1b2c-3d", "a\nb"});
  EXPECT_TRUE(head.starts_with(head_front)) << head;
  EXPECT_EQ(std::get<Head>(*parse(head)).run_id, "1b2c-3d");
  EXPECT_EQ(std::get<Head>(*parse(head)).holder, "a\nb");
  const std::string closed = to_line(Closed{});
  EXPECT_TRUE(closed.starts_with(closed_front)) << closed;
  EXPECT_LT(closed.size(), 64U) << "it has to fit into what is read of the file's end";
  EXPECT_TRUE(std::holds_alternative<Closed>(*parse(closed)));
}

TEST(MarksLine, says_what_is_wrong_with_it) {
  constexpr const char* no_mark = "it is no line of JSON with a mark's members";
  EXPECT_EQ(error_of("nonsense"), no_mark);
  EXPECT_EQ(error_of(R"({"mark":"next","name":"x","wall_ns":1})"), no_mark) << "mono_ns";
  EXPECT_EQ(error_of(R"({"mark":"next","name":7,"wall_ns":1,"mono_ns":1})"), no_mark);
  EXPECT_EQ(error_of(R"({"mark":"next","name":"x","wall_ns":1e300,"mono_ns":1})"),
            "a number that is not an integer");
  EXPECT_EQ(error_of(R"({"mark":"start","name":"x","wall_ns":1,"mono_ns":1})"),
            "it is of an unknown kind");
  EXPECT_EQ(error_of(R"({"mark":"next","name":"a\u0000b","wall_ns":1,"mono_ns":1})"),
            "its name has a zero byte");
  EXPECT_EQ(error_of("[1]"), "it is no JSON object");
  EXPECT_EQ(error_of("{}"), "it is no mark");
}

}  // namespace
}  // namespace tscollect::marks
