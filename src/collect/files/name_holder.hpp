#pragma once

#include <tscollect/time.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace tscollect::collect {

/// The process that holds a name, described so that others can check whether it is running.
struct NameHolder {
  std::string host;           ///< for messages
  std::string boot_id;        ///< boot id of its kernel
  std::string pid_namespace;  ///< the namespace of its pid
  pid_t pid = 0;
  std::string started;  ///< start time in the kernel's clock ticks, as pids are reused
};

[[nodiscard]] NameHolder this_process();

[[nodiscard]] std::string to_text(const NameHolder& holder);
[[nodiscard]] std::optional<NameHolder> holder_from(std::string_view text);

/// How often a holder touches its file, and after how long an untouched file counts as dead for
/// other machines, which cannot look up its process.
inline constexpr auto touch_pause = std::chrono::hours(1);
inline constexpr auto longest_silence = std::chrono::hours(24 * 7);

/// Whether the holder is certainly dead. `silence`: time since it touched its file, by the file
/// server's clock.
[[nodiscard]] bool is_dead(const NameHolder& holder, std::chrono::nanoseconds silence);

}  // namespace tscollect::collect
