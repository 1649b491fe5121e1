#pragma once

#include "base/file_place.hpp"
#include "collect/user_files.hpp"
#include "options/collect_options.hpp"

#include <tscollect/result.hpp>

#include <optional>

namespace tscollect::collect {

/// Rank 0 before the start: where the file will be. Error: why there can be none, as its folder
/// does not answer.
[[nodiscard]] Result<base::FilePlace> check_target(const options::CollectOptions& options);

/// Likewise the ready file and the stop file, neither of which may be left from an earlier run:
/// whoever waits for the ready file would begin too early, and the stop file would end the run at
/// once. Begins to look for the stop file.
[[nodiscard]] Result<void> check_user_files(const options::CollectOptions& options,
                                            std::optional<StopFileWatch>& stop_file);

}  // namespace tscollect::collect
