#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace tscollect::base {

/// Limits of a process that reads untrusted files. They follow from the files' size on the disk,
/// and are far above what a regular file needs.
struct Limits {
  std::uint64_t memory_bytes = 0;  ///< of address space
  std::uint64_t cpu_seconds = 0;
};

/// Folders among `files` stand for what lies in them.
[[nodiscard]] Limits limits_for(std::span<const std::filesystem::path> files);

/// Sets these limits for this process, unless narrower ones apply already. Beyond the time limit it
/// is killed by SIGXCPU; beyond the memory limit allocations fail.
void obey(const Limits& limits);

/// Ties this child to the process that forked it: it is killed when `parent` ends, however that
/// ends. To be called first.
void die_with(int parent);

}  // namespace tscollect::base
