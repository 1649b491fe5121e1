#pragma once

#include <filesystem>

namespace tscollect::tool {

/// An output replaces what is there: that must not be the file to be read or its sidecar, by
/// whatever name, nor the sidecar of another run. Throws base::UsageError.
void spare_runs(const std::filesystem::path& file, const std::filesystem::path& output);

}  // namespace tscollect::tool
