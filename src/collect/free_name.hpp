#pragma once

#include "base/file_place.hpp"
#include "options/output_name.hpp"

#include <filesystem>
#include <optional>

namespace tscollect::app {

/// The name of a run's output, held for it until this object goes: no other run that looks for a
/// free name takes it, on a file system that several nodes share too.
class FreeName {
 public:
  /// Of a literal name nothing is changed or held. Of others the first of NAME, NAME-2, NAME-3, …
  /// is taken that no file, sidecar or run has.
  explicit FreeName(const OutputName& wanted);
  FreeName(const FreeName&) = delete;
  FreeName& operator=(const FreeName&) = delete;
  ~FreeName();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  std::optional<record::FilePlace> reservation_;  ///< nothing: none is held
};

}  // namespace tscollect::app
