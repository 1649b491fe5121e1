#include "tool/journals/as_user.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <vector>

namespace tscollect::tool {

namespace {

constexpr std::size_t longest_entry = std::size_t{64} << 10;
constexpr gid_t no_group = 65534;  ///< of a user who has no name here

/// 0, or an error number.
int set_groups(uid_t user) {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> buffer(longest_entry);
  if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return initgroups(found->pw_name, found->pw_gid) != 0 ||
                   setresgid(found->pw_gid, found->pw_gid, found->pw_gid) != 0
               ? errno
               : 0;
  return setgroups(0, nullptr) != 0 || setresgid(no_group, no_group, no_group) != 0 ? errno : 0;
}

}  // namespace

Result<void> act_as(uid_t user) {
  int error = set_groups(user);
  if (error == 0 && setresuid(user, user, user) != 0) error = errno;
  if (error == 0) return {};
  return Error{fmt::format("cannot take the rights of user {}: {}", user,
                           std::generic_category().message(error))};
}

}  // namespace tscollect::tool
