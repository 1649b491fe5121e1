#pragma once

#include "support/temporary_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

namespace tscollect::tests {

/// Users that nobody is. Without root both are whoever runs the test: the files are at stake alike.
inline constexpr uid_t victim = 23456;
inline constexpr uid_t attacker = 23457;

inline void become(uid_t user) {
  if (geteuid() != 0) return;
  if (setgroups(0, nullptr) != 0 || setresgid(user, user, user) != 0 ||
      setresuid(user, user, user) != 0)
    _exit(99);
}

/// How often a race is run: $TSCOLLECT_RACE_TRIES, for more than a test has time for.
inline int race_tries(int usual) {
  const char* wanted = std::getenv("TSCOLLECT_RACE_TRIES");
  return wanted == nullptr ? usual : std::atoi(wanted);
}

inline bool race_is_long() { return std::getenv("TSCOLLECT_RACE_TRIES") != nullptr; }

/// What `work` returns, in a process of its own that belongs to `user`.
inline int status_as(uid_t user, const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    become(user);
    _exit(work());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A folder in which everybody may write, and another user who puts a link to a private file of the
/// victim in the place of whatever appears there, as fast as the machine goes.
class MeddledFolder {
 public:
  MeddledFolder() {
    std::filesystem::permissions(top_.path(), std::filesystem::perms::all);
    std::filesystem::create_directory(folder());
    std::filesystem::permissions(folder(), std::filesystem::perms::all);
    std::ofstream(secret()) << precious;
    if (geteuid() == 0 && chown(secret().c_str(), victim, victim) != 0) _exit(99);
    std::filesystem::permissions(secret(), std::filesystem::perms(0600));
    meddler_ = fork();
    if (meddler_ != 0) return;
    become(attacker);
    for (;;) meddle();
  }
  MeddledFolder(const MeddledFolder&) = delete;
  MeddledFolder& operator=(const MeddledFolder&) = delete;
  ~MeddledFolder() {
    kill(meddler_, SIGKILL);
    waitpid(meddler_, nullptr, 0);
  }

  [[nodiscard]] std::filesystem::path folder() const { return top_.path() / "shared"; }
  [[nodiscard]] std::filesystem::path secret() const { return top_.path() / "secret"; }
  [[nodiscard]] bool secret_is_whole() const {
    std::ifstream in(secret());
    return std::string(std::istreambuf_iterator<char>(in), {}) == precious;
  }

  static constexpr const char* precious = "for my eyes only";

 private:
  void meddle() const {
    DIR* entries = opendir(folder().c_str());
    if (entries == nullptr) return;
    for (const dirent* entry = readdir(entries); entry != nullptr; entry = readdir(entries)) {
      struct stat status {};
      if (fstatat(dirfd(entries), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
          !S_ISREG(status.st_mode))
        continue;
      unlinkat(dirfd(entries), entry->d_name, 0);
      static_cast<void>(symlinkat(secret().c_str(), dirfd(entries), entry->d_name) == 0);
    }
    closedir(entries);
  }

  TemporaryFolder top_;
  pid_t meddler_ = -1;
};

}  // namespace tscollect::tests
