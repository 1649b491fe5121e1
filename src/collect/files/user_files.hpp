#pragma once

#include "base/deadline.hpp"

#include <tscollect/result.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

// Files that the user names and scripts watch. Their folders may be slow or hang, so these
// functions work on threads of their own, and nobody waits for them without a deadline.

namespace tscollect::collect {

/// Checks for the stop file once a second.
class StopFileWatch {
 public:
  explicit StopFileWatch(std::filesystem::path path);
  StopFileWatch(const StopFileWatch&) = delete;
  StopFileWatch& operator=(const StopFileWatch&) = delete;
  ~StopFileWatch();

  enum class FirstLook : std::uint8_t { absent, present, no_answer };
  /// Result of the first check; waits for it until `deadline`.
  [[nodiscard]] FirstLook first_look(base::Deadline deadline) const;
  [[nodiscard]] bool is_there() const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Removes a regular file left by an earlier run. Error: why it could not be removed.
[[nodiscard]] Result<void> remove_stale_file(const std::filesystem::path& path);

/// Writes a file with `text`, which appears when it is complete. If a FIFO or a device has that
/// name, the text is written to it, which may block until a reader opens it. Error: why it failed.
[[nodiscard]] Result<void> write_small_file(const std::filesystem::path& path,
                                            const std::string& text);

}  // namespace tscollect::collect
