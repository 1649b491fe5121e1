#pragma once

#include "base/files/file_place.hpp"
#include "options/output_name.hpp"

#include <filesystem>
#include <memory>

namespace tscollect::collect {

/// The name of a run's output, reserved while this object exists: no other run that looks for a
/// free name takes it, also on a file system shared by several nodes. The reservation is a hidden
/// file (reservation_path) that names the process holding it (name_holder.hpp). If that process is
/// dead, the next run that wants the name or writes into the folder removes it.
class FreeName {
 public:
  /// A literal name is used unchanged and not reserved. Otherwise takes the first of NAME, NAME-2,
  /// NAME-3, … for which no file, sidecar or reservation exists. May hang if the file system does.
  explicit FreeName(const options::OutputName& wanted);
  FreeName(const FreeName&) = delete;
  FreeName& operator=(const FreeName&) = delete;
  ~FreeName();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  struct Held;

  std::filesystem::path path_;
  std::shared_ptr<Held> held_;  ///< null: nothing is reserved
};

/// Removes a reservation of this user whose holder is dead; true if it no longer exists.
bool remove_if_dead(const base::FilePlace& reservation);

/// Removes all such reservations in the folder.
void remove_dead_reservations(const std::filesystem::path& folder);

}  // namespace tscollect::collect
