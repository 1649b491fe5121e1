#pragma once

#include <filesystem>

namespace tscollect::collect {

/// Until cancel(), a crash of this process replaces the status file by one with the state
/// `crashed`. The other ranks wait in MPI's collective calls for one that has crashed, and many
/// launchers wait for them: so tscollect-run learns of it. At most one object at a time.
class CrashNote {
 public:
  /// Does nothing if the path is empty. Throws std::system_error if a handler cannot be set.
  explicit CrashNote(const std::filesystem::path& status_file);
  CrashNote(const CrashNote&) = delete;
  CrashNote& operator=(const CrashNote&) = delete;
  ~CrashNote() { cancel(); }

  /// Gives signals the handlers that they had.
  void cancel() noexcept;
};

}  // namespace tscollect::collect
