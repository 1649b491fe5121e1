#pragma once

#include "base/files/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace tscollect::journal {

/// A new file for a part of a journal: empty, private, locked.
struct NewPart {
  base::Descriptor file;
  std::filesystem::path path;
  std::string error;  ///< empty: created
};

/// Creates the file exclusively. If the name is taken, or its lock cannot be obtained in time, a
/// random name is tried.
[[nodiscard]] NewPart create_part_file(const std::filesystem::path& folder, std::string_view run_id,
                                       std::string_view host, std::int64_t part);

/// Makes new names in the folder survive a crash of the node.
void sync_folder(const std::filesystem::path& folder);

}  // namespace tscollect::journal
