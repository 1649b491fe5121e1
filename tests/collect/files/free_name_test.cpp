#include "collect/files/free_name.hpp"
#include "collect/files/name_holder.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <set>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tscollect::collect {
namespace {

/// What this process would be, had it ended.
NameHolder dead_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  NameHolder holder = this_process();
  holder.pid = child;
  ::waitpid(child, nullptr, 0);
  return holder;
}

NameHolder on_another_machine() {
  NameHolder holder = this_process();
  holder.boot_id = "00000000-0000-0000-0000-000000000000";
  return holder;
}

class FreeNameTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path wanted() const { return folder_.path() / "run.h5"; }

  /// A reservation that somebody has left, so many days ago.
  [[nodiscard]] std::filesystem::path leave(const std::string& text, int days_ago = 0,
                                            const char* name = "run.h5") const {
    const auto path = options::reservation_path(folder_.path() / name);
    std::ofstream(path) << text;
    const std::array<timespec, 2> times = {
        {{::time(nullptr) - days_ago * 86'400, 0}, {::time(nullptr) - days_ago * 86'400, 0}}};
    ::utimensat(AT_FDCWD, path.c_str(), times.data(), 0);
    return path;
  }

  [[nodiscard]] std::string taken() const {
    return FreeName({wanted(), false}).path().filename().string();
  }

  test::TemporaryDirectory folder_;
};

TEST_F(FreeNameTest, is_held_and_let_go) {
  {
    const FreeName first({wanted(), false});
    const FreeName second({wanted(), false});
    EXPECT_EQ(first.path(), wanted());
    EXPECT_EQ(second.path().filename(), "run-2.h5");
    EXPECT_TRUE(std::filesystem::exists(options::reservation_path(wanted())));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(FreeNameTest, of_a_dead_process_is_taken_over) {
  const auto path = leave(to_text(dead_process()));
  EXPECT_EQ(taken(), "run.h5");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(FreeNameTest, of_a_process_whose_number_is_another_ones_now_is_taken_over) {
  NameHolder holder = this_process();
  holder.started = "1";
  const auto path = leave(to_text(holder));
  EXPECT_EQ(taken(), "run.h5");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(FreeNameTest, of_one_that_lives_or_may_live_is_left) {
  for (const NameHolder& holder : {this_process(), on_another_machine()}) {
    const auto path = leave(to_text(holder), 6);
    EXPECT_EQ(taken(), "run-2.h5");
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  NameHolder elsewhere = dead_process();
  elsewhere.pid_namespace = "pid:[1]";
  const auto path = leave(to_text(elsewhere));
  EXPECT_EQ(taken(), "run-2.h5");
  // A living one may be suspended for as long as it likes.
  std::filesystem::remove(path);
  EXPECT_EQ(FreeName({wanted(), false}).path(), wanted());
  const auto own = leave(to_text(this_process()), 99);
  EXPECT_EQ(taken(), "run-2.h5");
}

TEST_F(FreeNameTest, of_another_machine_is_taken_over_after_a_week_of_silence) {
  const auto path = leave(to_text(on_another_machine()), 8);
  EXPECT_EQ(taken(), "run.h5");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(FreeNameTest, leaves_no_dead_one_in_the_folder) {
  const auto dead = leave(to_text(dead_process()), 0, "timeseries_1.h5");
  const auto old = leave(to_text(on_another_machine()), 8, "timeseries_2.h5");
  const auto half_made = leave("", 0, "timeseries_3.h5");
  const auto never_made = leave("", 8, "timeseries_4.h5");
  const auto a_users_own = leave("precious\n", 99, "notes");
  const auto alive = leave(to_text(this_process()), 0, "timeseries_5.h5");
  remove_dead_reservations(folder_.path());
  for (const auto& path : {dead, old, never_made}) EXPECT_FALSE(std::filesystem::exists(path));
  for (const auto& path : {half_made, a_users_own, alive})
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(FreeNameTest, of_another_user_or_no_file_is_left) {
  const auto path = leave(to_text(dead_process()));
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(path.c_str(), 12345, static_cast<gid_t>(-1)), 0);
    EXPECT_EQ(taken(), "run-2.h5");
  }
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(taken(), "run-2.h5");
}

TEST_F(FreeNameTest, of_a_dead_process_is_taken_over_by_one_alone) {
  constexpr int rounds = 20;
  constexpr int runs = 8;
  for (int round = 0; round < rounds; ++round) {
    const auto path = leave(to_text(dead_process()));
    std::array<int, 2> names{};
    std::array<int, 2> done{};
    ASSERT_EQ(::pipe(names.data()), 0);
    ASSERT_EQ(::pipe(done.data()), 0);
    std::vector<pid_t> children;
    for (int run = 0; run < runs; ++run) {
      const pid_t child = ::fork();
      if (child == 0) {
        ::close(done[1]);
        const FreeName name({wanted(), false});
        const std::string text = name.path().filename().string() + "\n";
        static_cast<void>(!::write(names[1], text.data(), text.size()));
        char nothing = 0;  // all hold theirs until the last one has one
        static_cast<void>(!::read(done[0], &nothing, 1));
        std::filesystem::remove(options::reservation_path(name.path()));
        ::_exit(0);
      }
      children.push_back(child);
    }
    ::close(names[1]);
    ::close(done[0]);
    std::set<std::string> different;
    std::string line;
    int lines = 0;
    char letter = 0;
    while (lines < runs && ::read(names[0], &letter, 1) == 1) {
      if (letter != '\n') {
        line += letter;
        continue;
      }
      different.insert(std::exchange(line, {}));
      ++lines;
    }
    ::close(done[1]);
    ::close(names[0]);
    for (const pid_t child : children) ::waitpid(child, nullptr, 0);
    EXPECT_EQ(different.size(), static_cast<std::size_t>(runs)) << "round " << round;
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  }
}

}  // namespace
}  // namespace tscollect::collect
