#pragma once

#include "base/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace tscollect::journal {

/// A new file for a part of a journal: empty, private, locked.
struct NewPart {
  base::Descriptor file;
  std::filesystem::path path;
  std::string error;  ///< empty: it is there
};

/// Creates it exclusively. Where the name is taken, by whomever, or its lock cannot be had in time,
/// another name is tried, which nobody can know in advance.
[[nodiscard]] NewPart create_part_file(const std::filesystem::path& folder, std::string_view run_id,
                                       std::string_view host, std::int64_t part);

/// Makes the names of new files in the folder outlive the node.
void sync_folder(const std::filesystem::path& folder);

}  // namespace tscollect::journal
