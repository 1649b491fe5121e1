#pragma once

#include "base/deadline.hpp"

#include <tscollect/result.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

// Files that the user names and scripts look at. Their folders may be slow, or hang: what is here
// is done on threads of its own, and nobody waits for it without a deadline.

namespace tscollect::collect {

/// Looks for the stop file once a second.
class StopFileWatch {
 public:
  explicit StopFileWatch(std::filesystem::path path);
  StopFileWatch(const StopFileWatch&) = delete;
  StopFileWatch& operator=(const StopFileWatch&) = delete;
  ~StopFileWatch();

  enum class FirstLook : std::uint8_t { absent, present, no_answer };
  /// What the first look found, which is given until `deadline`.
  [[nodiscard]] FirstLook first_look(base::Deadline deadline) const;
  [[nodiscard]] bool is_there() const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Removes a regular file that an earlier run has left there. Error: why it could not.
[[nodiscard]] Result<void> remove_stale_file(const std::filesystem::path& path);

/// A file of `text` that appears whole. If a fifo or a device has that name, the text goes into it,
/// which may take until somebody reads. Error: why not.
[[nodiscard]] Result<void> write_small_file(const std::filesystem::path& path,
                                            const std::string& text);

}  // namespace tscollect::collect
