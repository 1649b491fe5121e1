#pragma once

#include "journal/owner.hpp"
#include "base/files/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace tscollect::journal {

/// taken_away: another process has truncated or deleted it; ended: it can no longer be written.
enum class PartState { sound, taken_away, ended };

/// A file of a journal.
struct Part {
  std::filesystem::path path;
  base::Descriptor file;  ///< of the last part only; its lock shows that the run is alive
  FileIdentity identity;
  std::uint64_t bytes = 0;
  std::uint64_t first_sample_end = 0;
  std::uint64_t full_at = 0;  ///< 0: as set in the writer's options
  std::int64_t samples = 0;
  PartState state = PartState::sound;
};

/// Whether the open part was truncated or deleted by another process.
[[nodiscard]] bool is_taken_away(const Part& part);

/// Truncates the file after its last record.
void shorten(const Part& part);

/// Removes the file, unless its name belongs to another file by now.
void remove_file(const Part& part);

struct Loss {
  std::string reason;
  std::int64_t samples = 0;
};

/// Number of samples of a part that were lost to truncation or deletion. The file is found by its
/// name, as finished parts are not kept open.
[[nodiscard]] Loss loss_of(const Part& part);

}  // namespace tscollect::journal
