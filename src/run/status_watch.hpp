#pragma once

#include "options/run_status.hpp"

#include "base/descriptor.hpp"

#include <tscollect/time.hpp>

#include <filesystem>
#include <string_view>

namespace tscollect::run {

/// Follows the status file that rank 0, on whatever node, replaces when there is something new.
class StatusWatch {
 public:
  explicit StatusWatch(std::filesystem::path path);

  /// Creates the file, so that no node remembers that there is none, and looks for changes.
  void begin();
  void stop_watching();

  /// Reads the file if it is time to; true if it could be read. What another user has put in its
  /// place is not read.
  bool look();
  /// When it is time again. The kernel tells of changes that are made on this node; of others
  /// nobody does.
  [[nodiscard]] MonoTime next_look() const noexcept { return next_; }
  /// Readable when there is a change; may be negative.
  [[nodiscard]] int descriptor() const noexcept { return changes_.get(); }
  void drain();

  [[nodiscard]] const options::RunStatus& status() const noexcept { return status_; }
  /// Reads the file; true if rank 0 has ended properly.
  bool look_for_end();
  /// Whether rank 0 was once there and may not have ended.
  [[nodiscard]] bool rank_0_may_live() const;

 private:
  bool read();

  std::filesystem::path path_;
  uid_t owner_;  ///< as the file system shows our own files
  options::RunStatus status_;
  base::Descriptor changes_;
  MonoTime next_;
  std::chrono::nanoseconds pause_;
};

/// Puts a file with that text in place, whole; false if that cannot be done.
bool write_whole(const std::filesystem::path& path, std::string_view text);

}  // namespace tscollect::run
