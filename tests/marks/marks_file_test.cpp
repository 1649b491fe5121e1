#include "marks/marks_file.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tscollect::marks {
namespace {

class MarksFile : public testing::Test {
 protected:
  void SetUp() override {
    const auto created = create(base::FilePlace(path_), Head{"run-1", ""});
    ASSERT_TRUE(created) << created.error().message;
    ASSERT_EQ(*created, "");
  }

  [[nodiscard]] std::string text() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void put(std::string_view bytes) const { std::ofstream(path_, std::ios::app) << bytes; }

  static std::string line(std::string name, MarkKind kind = MarkKind::next) {
    return to_line(mark_now(kind, std::move(name)));
  }

  [[nodiscard]] std::string error_of_append() const {
    const auto appended = append(path_, line("x"));
    return appended ? "none" : appended.error().message.substr(path_.string().size());
  }

  [[nodiscard]] std::string error_of_read() const {
    const auto marks = read(path_, ::geteuid(), "run-1");
    return marks ? "none" : marks.error().message.substr(path_.string().size());
  }

  test::TemporaryDirectory folder_;
  std::filesystem::path path_ = folder_.path() / ".run.h5.marks";
};

TEST_F(MarksFile, stands_hidden_beside_the_run_s) {
  EXPECT_EQ(default_marks_path("a/run.h5"), "a/.run.h5.marks");
  EXPECT_EQ(default_marks_path("run.h5"), ".run.h5.marks");
}

TEST_F(MarksFile, gives_back_what_was_appended_in_its_order) {
  for (const char* name : {"one", "two", "three"}) ASSERT_TRUE(append(path_, line(name)));
  const auto marks = read(path_, ::geteuid(), "run-1");
  ASSERT_TRUE(marks) << marks.error().message;
  ASSERT_EQ(marks->marks.size(), 3U);
  EXPECT_EQ(marks->marks[2].name, "three");
  EXPECT_LT(marks->marks[0].mono_ns, marks->marks[1].mono_ns);
  EXPECT_EQ(marks->bad_lines, 0U);
  EXPECT_FALSE(marks->is_cut);
}

TEST_F(MarksFile, takes_whole_lines_of_many_at_once) {
  constexpr int writers = 8;
  constexpr int each = 50;
  std::vector<pid_t> children;
  for (int writer = 0; writer < writers; ++writer) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    for (int i = 0; i < each; ++i)
      if (!append(path_, line(std::string(100, static_cast<char>('a' + writer))))) ::_exit(1);
    ::_exit(0);
  }
  for (const pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  const auto marks = read(path_, ::geteuid(), "run-1");
  ASSERT_TRUE(marks);
  EXPECT_EQ(marks->bad_lines, 0U);
  EXPECT_EQ(marks->marks.size(), static_cast<std::size_t>(writers * each));
}

TEST_F(MarksFile, takes_no_mark_behind_its_end) {
  ASSERT_TRUE(append(path_, line("one")));
  const auto marks = close_and_read(path_, ::geteuid(), "run-1");
  ASSERT_TRUE(marks);
  EXPECT_EQ(marks->marks.size(), 1U);
  EXPECT_EQ(error_of_append(), ": its run has stopped, and takes no more marks");
  const auto again = close_and_read(path_, ::geteuid(), "run-1");
  ASSERT_TRUE(again) << "a run that could not be written is recovered";
  EXPECT_EQ(again->marks.size(), 1U);
  EXPECT_EQ(again->bad_lines, 0U);
}

TEST_F(MarksFile, merges_what_is_said_of_the_command) {
  ASSERT_TRUE(append(path_, to_line(block::RunCommand{"ior", "node01", "b", "", {}})));
  ASSERT_TRUE(append(path_, to_line(block::RunCommand{"", "", "b", "e", 3})));
  const auto marks = read(path_, ::geteuid(), "run-1");
  ASSERT_TRUE(marks && marks->command);
  EXPECT_EQ(marks->command->line, "ior");
  EXPECT_EQ(marks->command->host, "node01");
  EXPECT_EQ(marks->command->end, "e");
  EXPECT_EQ(marks->command->exit_status, 3);
}

TEST_F(MarksFile, counts_and_names_lines_that_are_none) {
  ASSERT_TRUE(append(path_, line("one")));
  put("nonsense\n\n[]\n{\"mark\":\"next\"}\n{}\n" + to_line(Head{"run-2", ""}));
  ASSERT_TRUE(append(path_, line("two")));
  const auto marks = read(path_, ::geteuid(), "run-1");
  ASSERT_TRUE(marks);
  EXPECT_EQ(marks->marks.size(), 2U);
  EXPECT_EQ(marks->bad_lines, 5U);
  ASSERT_EQ(marks->first_bad.size(), 3U);
  EXPECT_EQ(marks->first_bad[0], "line 3: it is no line of JSON with a mark's members");
  EXPECT_EQ(marks->first_bad[1], "line 5: it is no JSON object");
}

TEST_F(MarksFile, loses_one_line_where_one_was_cut_short) {
  const std::string whole = line("one");
  put(whole.substr(0, whole.size() / 2));
  ASSERT_TRUE(append(path_, line("two")));
  const auto marks = read(path_, ::geteuid(), "run-1");
  ASSERT_TRUE(marks);
  EXPECT_EQ(marks->bad_lines, 1U);
  ASSERT_EQ(marks->marks.size(), 1U);
  EXPECT_EQ(marks->marks[0].name, "two");
}

TEST_F(MarksFile, is_read_up_to_its_limit) {
  ASSERT_TRUE(append(path_, line("one")));
  std::filesystem::resize_file(path_, std::uintmax_t{1} << 40U);  // a hole
  const auto marks = read(path_, ::geteuid(), "run-1");
  ASSERT_TRUE(marks) << marks.error().message;
  EXPECT_TRUE(marks->is_cut);
  EXPECT_EQ(marks->marks.size(), 1U);
}

TEST_F(MarksFile, is_of_one_run) {
  EXPECT_EQ(error_of_read(), "none");
  std::ofstream(path_) << to_line(Head{"run-2", ""});
  EXPECT_EQ(error_of_read(), ": it is of another run, run-2");
  std::ofstream(path_) << "a diary\n";
  EXPECT_EQ(error_of_read(), ": it does not begin as a file of marks");
  EXPECT_EQ(error_of_append(), ": it does not begin as a file of marks");
  EXPECT_EQ(text(), "a diary\n");
}

TEST_F(MarksFile, is_never_a_pipe_a_link_or_a_folder) {
  std::filesystem::rename(path_, folder_.path() / "real");
  std::filesystem::create_symlink("real", path_);
  EXPECT_EQ(error_of_append(), ": it is a link");
  EXPECT_EQ(error_of_read(), ": it is a link");
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(error_of_append(), ": it is no regular file");
  EXPECT_EQ(error_of_read(), ": it is no regular file");
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_NE(error_of_append(), "none");
  EXPECT_EQ(error_of_read(), ": it is no regular file");
  std::filesystem::remove(path_);
  std::filesystem::create_hard_link(folder_.path() / "real", path_);
  EXPECT_EQ(error_of_append(), ": it has another name, too");
}

TEST_F(MarksFile, says_that_there_is_none) {
  std::filesystem::remove(path_);
  EXPECT_EQ(error_of_append(),
            ": there is no such file: its run has not begun, has ended, or its folder is not the "
            "same on this node");
  EXPECT_FALSE(std::filesystem::exists(path_)) << "a mark creates none";
}

TEST_F(MarksFile, of_another_user_is_not_believed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to make one";
  constexpr uid_t other = 12'345;
  ASSERT_EQ(::chown(path_.c_str(), other, other), 0);
  EXPECT_EQ(error_of_read(), ": it belongs to another user, 12345");
}

TEST_F(MarksFile, of_an_earlier_run_is_kept_if_anything_was_marked) {
  ASSERT_TRUE(append(path_, line("one")));
  const auto note = create(base::FilePlace(path_), Head{"run-2", "me"});
  ASSERT_TRUE(note) << note.error().message;
  const auto moved = moved_marks_path(path_, "run-1");
  EXPECT_EQ(*note, "the marks of an earlier run are now in " + moved.string());
  const auto old = read(moved, ::geteuid(), "run-1");
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_EQ(old->marks.size(), 1U);
  EXPECT_EQ(text(), to_line(Head{"run-2", "me"}));
}

TEST_F(MarksFile, of_an_earlier_run_goes_if_nothing_was) {
  const auto note = create(base::FilePlace(path_), Head{"run-2", "me"});
  ASSERT_TRUE(note);
  EXPECT_EQ(*note, "");
  EXPECT_EQ(text(), to_line(Head{"run-2", "me"}));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(MarksFile, is_not_made_in_place_of_something_else) {
  std::ofstream(path_) << "a diary\n";
  const auto created = create(base::FilePlace(path_), Head{"run-2", "me"});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().message, path_.string() + ": it does not begin as a file of marks");
  EXPECT_EQ(text(), "a diary\n");
}

TEST_F(MarksFile, is_moved_to_a_name_in_its_folder) {
  EXPECT_EQ(moved_marks_path("a/.x.marks", "../../etc/passwd"), "a/.x.marks.old");
  EXPECT_EQ(moved_marks_path("a/.x.marks", "12ab-3"), "a/.x.marks.12ab-3");
}

}  // namespace
}  // namespace tscollect::marks
