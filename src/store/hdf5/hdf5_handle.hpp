#pragma once

#include "store/hdf5/read_budget.hpp"
#include "store/hdf5/store_error.hpp"

#include <hdf5.h>

#include <string_view>
#include <utility>

namespace tscollect::store {

/// Owns one HDF5 identifier and closes it with Close. Move-only, of the size of a hid_t.
template <auto Close>
class Handle {
 public:
  Handle() = default;
  explicit Handle(hid_t id) noexcept : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) Close(id_);
  }

  [[nodiscard]] hid_t get() const noexcept { return id_; }

  /// Closes now, if a failure matters. After a failure (negative) it stays open.
  [[nodiscard]] herr_t close() noexcept {
    const herr_t status = Close(id_);
    if (status >= 0) id_ = H5I_INVALID_HID;
    return status;
  }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

using FileHandle = Handle<&H5Fclose>;
using GroupHandle = Handle<&H5Gclose>;
using DatasetHandle = Handle<&H5Dclose>;
using ObjectHandle = Handle<&H5Oclose>;
using AttributeHandle = Handle<&H5Aclose>;
using SpaceHandle = Handle<&H5Sclose>;
using TypeHandle = Handle<&H5Tclose>;
using PropertiesHandle = Handle<&H5Pclose>;

class Diagnostics;

/// An open HDF5 object (not owned), with the names for error messages.
struct ObjectRef {
  hid_t id = H5I_INVALID_HID;
  std::string_view file;
  std::string_view path;  ///< in the file: "/hosts/node01/vmstat"
  ReadBudget* budget =
      nullptr;  ///< memory limit of what is read from it; nullptr: a new budget each time
  /// Gets what violates the layout and does not stop the reader; nullptr: it is not looked for.
  Diagnostics* diagnostics = nullptr;

  /// An open object in this one. `full_path` must outlive the result.
  [[nodiscard]] ObjectRef inner(hid_t opened, std::string_view full_path) const {
    return {opened, file, full_path, budget, diagnostics};
  }
};

/// Throws StoreError "<file>: <path>: cannot <action>: <HDF5's own error text>".
[[noreturn]] void throw_h5(const ObjectRef& node, std::string_view action);

/// Returns the result of an HDF5 call; throws as throw_h5() if it is negative, which is HDF5's
/// error value.
template <class T>
T check_h5(T result, const ObjectRef& node, std::string_view action) {
  if (result < 0) throw_h5(node, action);
  return result;
}

/// Frees what HDF5 has allocated for elements of variable length that were read into `elements`.
void free_variable_length(const TypeHandle& type, const SpaceHandle& space, void* elements,
                          const ObjectRef& node);

/// Throws StoreError "<file>: <path>: <what>".
[[noreturn]] void throw_at(const ObjectRef& node, std::string_view what);

/// While it exists, HDF5 does not print its error stack; the text goes into StoreError instead. The
/// previous setting is restored afterwards. It also disables, permanently, HDF5's closing of files
/// at exit.
class QuietErrors {
 public:
  QuietErrors() noexcept;
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors();

 private:
  H5E_auto2_t function_ = nullptr;
  void* client_data_ = nullptr;
};

/// File access properties for reading and writing: format of HDF5 1.10, no file locks (they fail on
/// some network file systems, and a finished file is never modified), a small metadata cache.
[[nodiscard]] PropertiesHandle file_access_properties(const ObjectRef& file);

}  // namespace tscollect::store
