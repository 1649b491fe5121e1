#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace tscollect::app {

/// What a process that reads files of strangers may take. It follows from what the files take on
/// the disk, and is far more than reading an honest file takes.
struct Limits {
  std::uint64_t memory_bytes = 0;  ///< of address space
  std::uint64_t cpu_seconds = 0;
};

/// Folders among `files` stand for what lies in them.
[[nodiscard]] Limits limits_for(std::span<const std::filesystem::path> files);

/// Puts this process under the limits, or under narrower ones that it is under already. Beyond the
/// time it is killed by SIGXCPU; beyond the memory, allocations fail.
void obey(const Limits& limits);

/// Ties this child to the process that forked it: it is killed when `parent` ends, however that
/// ends. To be called first.
void die_with(int parent);

}  // namespace tscollect::app
