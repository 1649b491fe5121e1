#pragma once

#include "base/files/file_place.hpp"
#include "collect/files/user_files.hpp"
#include "options/collect_options.hpp"

#include <tscollect/result.hpp>

#include <optional>

namespace tscollect::collect {

/// Rank 0 before the start: checks where the file will be written. Error: why it cannot be, for
/// example because its folder does not respond.
[[nodiscard]] Result<base::FilePlace> check_target(const options::CollectOptions& options);

/// Checks the ready file and the stop file in the same way. Neither may be left from an earlier
/// run: a program that waits for the ready file would begin too early, and the stop file would end
/// the run at once. Starts watching the stop file.
[[nodiscard]] Result<void> check_user_files(const options::CollectOptions& options,
                                            std::optional<StopFileWatch>& stop_file);

}  // namespace tscollect::collect
