#include "base/process/user_name.hpp"

#include <fmt/format.h>
#include <pwd.h>

#include <charconv>
#include <cstddef>
#include <system_error>
#include <vector>

namespace tscollect::base {

namespace {

constexpr std::size_t longest_entry = std::size_t{64} << 10;

}  // namespace

Result<uid_t> find_user(std::string_view name_or_number) {
  const std::string name(name_or_number);
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> buffer(longest_entry);
  if (getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr)
    return found->pw_uid;
  uid_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc{} && end == name.data() + name.size()) return number;
  return Error{fmt::format("{}: there is no user of this name or number", name)};
}

std::string user_name(uid_t user) {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> buffer(longest_entry);
  if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return {};
}

std::string user_name_or_number(uid_t user) {
  const std::string name = user_name(user);
  return name.empty() ? std::to_string(user) : name;
}

}  // namespace tscollect::base
