#pragma once

#include <filesystem>

namespace tscollect::tool {

/// Protects files from being overwritten by an output: it must not be the input file or its
/// sidecar, by whatever name, nor the sidecar of another run. Throws base::UsageError.
void spare_runs(const std::filesystem::path& file, const std::filesystem::path& output);

}  // namespace tscollect::tool
