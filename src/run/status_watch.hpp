#pragma once

#include "options/run_status.hpp"

#include "base/files/descriptor.hpp"

#include <tscollect/time.hpp>

#include <filesystem>
#include <string_view>

namespace tscollect::run {

/// Follows the status file, which rank 0 on any node replaces when its status changes.
class StatusWatch {
 public:
  explicit StatusWatch(std::filesystem::path path);

  /// Creates the file, or begins it anew, so that no node caches its absence, and watches it for
  /// changes.
  void begin();
  void stop_watching();

  /// Reads the file if it is due; true if it could be read. A file of another user in its place is
  /// not read.
  bool look();
  /// When it is due. The kernel reports changes made on this node; changes made on other nodes are
  /// found by polling.
  [[nodiscard]] MonoTime next_look() const noexcept { return next_; }
  /// Readable after a change; may be negative.
  [[nodiscard]] int descriptor() const noexcept { return changes_.get(); }
  void drain();

  [[nodiscard]] const options::RunStatus& status() const noexcept { return status_; }
  /// Reads the file; true if rank 0 has ended normally.
  bool look_for_end();
  /// Whether rank 0 has started and may still be running.
  [[nodiscard]] bool rank_0_may_live() const;

 private:
  bool read();

  std::filesystem::path path_;
  uid_t owner_;  ///< owner of our files as shown by the file system
  options::RunStatus status_;
  base::Descriptor changes_;
  MonoTime next_;
  std::chrono::nanoseconds pause_;
};

/// Creates a file with that text, complete when it appears; false on failure.
bool publish_text(const std::filesystem::path& path, std::string_view text);

}  // namespace tscollect::run
