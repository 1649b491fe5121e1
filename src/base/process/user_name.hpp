#pragma once

#include <tscollect/result.hpp>

#include <sys/types.h>

#include <string>
#include <string_view>

namespace tscollect::base {

/// The user with that name or number. Error: there is none.
[[nodiscard]] Result<uid_t> find_user(std::string_view name_or_number);

/// The user's name; empty if it has none here.
[[nodiscard]] std::string user_name(uid_t user);

/// The user's name, or the number if it has none here.
[[nodiscard]] std::string user_name_or_number(uid_t user);

}  // namespace tscollect::base
