#pragma once

#include "options/run_status.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

namespace tscollect::collect {

/// Keeps the status file (options/run_status.hpp). A thread of its own writes it, so that a file
/// system that hangs holds up nobody; what changes while it writes is written next.
class StatusWriter {
 public:
  /// Without a path it does nothing.
  explicit StatusWriter(std::filesystem::path path);
  StatusWriter(const StatusWriter&) = delete;
  StatusWriter& operator=(const StatusWriter&) = delete;
  ~StatusWriter();

  /// Changes what is told. Returns at once.
  void update(const std::function<void(options::RunStatus&)>& change);

  /// Waits until all of it is in the file, `limit` at most.
  void flush(std::chrono::nanoseconds limit);

 private:
  struct Shared;
  static void write_requested(const std::shared_ptr<Shared>& shared);

  options::RunStatus status_;
  std::shared_ptr<Shared> shared_;  ///< with the thread, which may outlive this object
};

}  // namespace tscollect::collect
