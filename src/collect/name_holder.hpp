#pragma once

#include <tscollect/time.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace tscollect::collect {

/// The process that holds a name, so that others can tell whether it lives.
struct NameHolder {
  std::string host;           ///< for people
  std::string boot_id;        ///< of its kernel
  std::string pid_namespace;  ///< in which its pid counts
  pid_t pid = 0;
  std::string started;  ///< in the kernel's clock ticks, for pids are used again
};

[[nodiscard]] NameHolder this_process();

[[nodiscard]] std::string to_text(const NameHolder& holder);
[[nodiscard]] std::optional<NameHolder> holder_from(std::string_view text);

/// How often a holder touches what it holds, and after how long an untouched one is taken for dead
/// by other machines, which cannot look for its process.
inline constexpr auto touch_pause = std::chrono::hours(1);
inline constexpr auto longest_silence = std::chrono::hours(24 * 7);

/// Whether the holder is surely dead. `silence`: how long ago it touched what it holds, by the file
/// server's clock.
[[nodiscard]] bool is_dead(const NameHolder& holder, std::chrono::nanoseconds silence);

}  // namespace tscollect::collect
