#include "store/hdf5/hdf5_handle.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

namespace tscollect::store {

namespace {

/// The outermost frame of the error stack has HDF5's failed operation, the innermost one its cause.
struct ErrorFrames {
  std::string outermost;
  std::string innermost;
};

/// Extracts the system's reason from "file write failed: time = …, errno = 28, error message = '…',
/// buf = …", which spans two lines; returns any other description unchanged.
std::string reason_in(std::string_view description) {
  constexpr std::string_view mark = "error message = '";
  const std::size_t begin = description.find(mark);
  const std::size_t head = description.find(": time = ");
  if (begin == std::string_view::npos || head == std::string_view::npos)
    return std::string(description);
  const std::string_view message = description.substr(begin + mark.size());
  return fmt::format("{}: {}", description.substr(0, head), message.substr(0, message.find('\'')));
}

herr_t keep_frame(unsigned depth, const H5E_error2_t* frame, void* client_data) noexcept {
  auto& frames = *static_cast<ErrorFrames*>(client_data);
  const std::string text = reason_in(frame->desc != nullptr ? frame->desc : "");
  if (depth == 0) frames.outermost = text;
  frames.innermost = text;
  return 0;
}

std::string hdf5_error_text() {
  ErrorFrames frames;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_frame, &frames);
  H5Eclear2(H5E_DEFAULT);
  if (frames.innermost.empty()) return "HDF5 gives no reason";
  if (frames.innermost == frames.outermost) return frames.innermost;
  return frames.outermost + ": " + frames.innermost;
}

/// Keeps rank 0's memory flat from 16 to 4,096 hosts. HDF5's default grows to 32 MiB in file
/// format, and ten times that in memory. A host has about 10 KiB, and none is accessed twice.
constexpr std::size_t metadata_cache_bytes = std::size_t{256} << 10U;

void bound_metadata_cache(hid_t properties, const ObjectRef& file) {
  H5AC_cache_config_t config{};
  config.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  check_h5(H5Pget_mdc_config(properties, &config), file, "read the metadata cache settings");
  config.set_initial_size = true;
  config.initial_size = metadata_cache_bytes;
  config.min_size = metadata_cache_bytes;
  config.max_size = metadata_cache_bytes;
  check_h5(H5Pset_mdc_config(properties, &config), file, "bound the metadata cache");
}

void switch_locking_off(hid_t properties, const ObjectRef& file) {
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  check_h5(H5Pset_file_locking(properties, false, true), file, "switch file locking off");
#else
  // Older versions read only the environment variable, when they open a file.
  static_cast<void>(properties);
  static_cast<void>(file);
  ::setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
#endif
}

}  // namespace

void throw_h5(const ObjectRef& node, std::string_view action) {
  throw StoreError(
      fmt::format("{}: {}: cannot {}: {}", node.file, node.path, action, hdf5_error_text()));
}

void free_variable_length(const TypeHandle& type, const SpaceHandle& space, void* elements,
                          const ObjectRef& node) {
#if H5_VERSION_GE(1, 12, 0)
  const herr_t status = H5Treclaim(type.get(), space.get(), H5P_DEFAULT, elements);
#else
  const herr_t status = H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, elements);
#endif
  check_h5(status, node, "free elements of variable length");
}

void throw_at(const ObjectRef& node, std::string_view what) {
  throw StoreError(fmt::format("{}: {}: {}", node.file, node.path, what));
}

QuietErrors::QuietErrors() noexcept {
  // If a full disk prevented closing a file, HDF5 would retry for ever at exit and print errors.
  // Handles close everything that matters. This takes effect only as the first HDF5 call.
  static_cast<void>(H5dont_atexit());
  H5Eget_auto2(H5E_DEFAULT, &function_, &client_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietErrors::~QuietErrors() { H5Eset_auto2(H5E_DEFAULT, function_, client_data_); }

PropertiesHandle file_access_properties(const ObjectRef& file) {
  PropertiesHandle properties(
      check_h5(H5Pcreate(H5P_FILE_ACCESS), file, "create file access properties"));
  check_h5(H5Pset_libver_bounds(properties.get(), H5F_LIBVER_V110, H5F_LIBVER_V110), file,
           "set the format bounds");
  check_h5(H5Pset_fapl_sec2(properties.get()), file, "choose plain files");
  // HDF5 would write buffered data when it closes a dataset, and crashes later if that fails (a
  // full disk). So only metadata are buffered.
  check_h5(H5Pset_sieve_buf_size(properties.get(), 0), file, "switch the sieve buffer off");
  // HDF5 would otherwise reserve blocks for metadata and small data, and leave part of them unused.
  check_h5(H5Pset_meta_block_size(properties.get(), 0), file, "set the metadata block size");
  check_h5(H5Pset_small_data_block_size(properties.get(), 0), file, "set the data block size");
  bound_metadata_cache(properties.get(), file);
  switch_locking_off(properties.get(), file);
  return properties;
}

}  // namespace tscollect::store
