#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace tscollect::base {

/// Limits of a process that reads untrusted files. They follow from the files' size on disk, and
/// are far above what a valid file needs.
struct Limits {
  std::uint64_t memory_bytes = 0;  ///< address space
  std::uint64_t cpu_seconds = 0;
};

/// For a folder in `files`, the files in it count.
[[nodiscard]] Limits limits_for(std::span<const std::filesystem::path> files);

/// Sets these limits for this process, unless tighter ones apply already. Beyond the time limit it
/// is killed by SIGXCPU; beyond the memory limit allocations fail.
void obey(const Limits& limits);

/// Ties this child to the process that forked it: the kernel kills it when `parent` ends. Call it
/// first in the child.
void die_with(int parent);

}  // namespace tscollect::base
