#pragma once

#include "options/run_status.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

namespace tscollect::collect {

/// Writes the status file (options/run_status.hpp) on a thread of its own, so that nobody waits for
/// a file system that hangs. Changes made during a write are written next.
class StatusWriter {
 public:
  /// Without a path nothing is written.
  explicit StatusWriter(const std::filesystem::path& path);
  StatusWriter(const StatusWriter&) = delete;
  StatusWriter& operator=(const StatusWriter&) = delete;
  ~StatusWriter();

  /// Changes the status. Returns at once.
  void update(const std::function<void(options::RunStatus&)>& change);

  /// Waits until the status is written, at most `limit`.
  void flush(std::chrono::nanoseconds limit);

 private:
  struct Shared;
  static void write_requested(const std::shared_ptr<Shared>& shared);

  options::RunStatus status_;
  std::shared_ptr<Shared> shared_;  ///< shared with the thread, which may outlive this object
};

}  // namespace tscollect::collect
