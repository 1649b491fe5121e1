#pragma once

#include "base/file_place.hpp"
#include "options/output_name.hpp"

#include <filesystem>
#include <memory>

namespace tscollect::collect {

/// The name of a run's output, held for it until this object goes: no other run that looks for a
/// free name takes it, on a file system that several nodes share too. What holds it is a hidden
/// file (reservation_path) that says which process it is (name_holder.hpp); one whose process is
/// dead is removed by the next run that wants the name or writes into the folder.
class FreeName {
 public:
  /// Of a literal name nothing is changed or held. Of others the first of NAME, NAME-2, NAME-3, …
  /// is taken that no file, sidecar or run has. May hang where the file system does.
  explicit FreeName(const options::OutputName& wanted);
  FreeName(const FreeName&) = delete;
  FreeName& operator=(const FreeName&) = delete;
  ~FreeName();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  struct Held;

  std::filesystem::path path_;
  std::shared_ptr<Held> held_;  ///< none: nothing is held
};

/// Removes a reservation of this user whose holder is dead; true if it is gone.
bool remove_if_dead(const base::FilePlace& reservation);

/// Does so with every one in that folder.
void remove_dead_reservations(const std::filesystem::path& folder);

}  // namespace tscollect::collect
