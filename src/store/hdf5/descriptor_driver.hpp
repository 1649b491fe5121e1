#pragma once

#include "store/hdf5/hdf5_handle.hpp"

namespace tscollect::store {

/// A new file that HDF5 writes by the descriptor that we created it with, from the beginning or as
/// a copy of another. HDF5's own drivers open
/// by name what was created exclusively before, and whoever may write in the folder can have
/// changed what has the name; a file without a name they cannot open at all.
class DescriptorTarget {
 public:
  /// The descriptor is not owned. It must stay open, and this object must not move, until HDF5 has
  /// closed the file.
  explicit DescriptorTarget(int descriptor) noexcept : descriptor_(descriptor) {}
  DescriptorTarget(const DescriptorTarget&) = delete;
  DescriptorTarget& operator=(const DescriptorTarget&) = delete;

  /// Makes a file created with these access properties use this driver.
  void choose_in(const PropertiesHandle& access, const ObjectRef& file);

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  /// Discards all further writes and reports success.
  void give_up() noexcept { given_up_ = true; }
  [[nodiscard]] bool is_given_up() const noexcept { return given_up_; }

 private:
  int descriptor_;
  bool given_up_ = false;
};

/// Lets HDF5 get rid of what it still holds of a file that is given up, when this object goes
/// before the file is closed. Where it cannot write (a full disk), it cannot close the file either,
/// and crashes when the process ends.
class Diversion {
 public:
  /// Both are referred to.
  Diversion(const FileHandle& file, DescriptorTarget& target) : file_(file), target_(target) {}
  Diversion(const Diversion&) = delete;
  Diversion& operator=(const Diversion&) = delete;
  ~Diversion();

 private:
  const FileHandle& file_;
  DescriptorTarget& target_;
};

}  // namespace tscollect::store
