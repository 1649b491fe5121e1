#pragma once

#include "journal/owner.hpp"
#include "base/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace tscollect::journal {

/// taken_away: somebody has cut or deleted it; ended: it can be written no more.
enum class PartState { sound, taken_away, ended };

/// A file of a journal that is being written, or has been.
struct Part {
  std::filesystem::path path;
  base::Descriptor file;  ///< of the last part only; its lock says that the run is alive
  FileIdentity identity;
  std::uint64_t bytes = 0;
  std::uint64_t first_sample_end = 0;
  std::uint64_t full_at = 0;  ///< 0: as the writer's options say
  std::int64_t samples = 0;
  PartState state = PartState::sound;
};

/// Whether somebody has cut or deleted the open part.
[[nodiscard]] bool is_taken_away(const Part& part);

/// Cuts off what is behind its last record.
void shorten(const Part& part);

/// Unless its name is another file's by now.
void remove_file(const Part& part);

struct Loss {
  std::string reason;
  std::int64_t samples = 0;
};

/// How many samples of a part others have taken away. The file is found by its name: one that was
/// finished is not kept open.
[[nodiscard]] Loss loss_of(const Part& part);

}  // namespace tscollect::journal
