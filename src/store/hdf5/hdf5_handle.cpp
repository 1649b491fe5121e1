#include "store/hdf5/hdf5_handle.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

namespace tscollect::store {

namespace {

/// The outermost frame says what HDF5 was asked for, the innermost one why it failed.
struct ErrorFrames {
  std::string outermost;
  std::string innermost;
};

/// The system's reason out of "file write failed: time = …, errno = 28, error message = '…', buf =
/// …", which goes over two lines; any other description as it is.
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

/// rank 0's memory is to stay flat from 16 to 4,096 hosts. HDF5's default grows to 32 MiB, counted
/// as in the file: decoded, it takes ten times that. A host has some 10 KiB, and none is visited
/// twice.
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
  // Older ones know only the environment; they read it when they open a file.
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

void throw_at(const ObjectRef& node, std::string_view what) {
  throw StoreError(fmt::format("{}: {}: {}", node.file, node.path, what));
}

QuietErrors::QuietErrors() noexcept {
  // A file that a full disk left unclosable, HDF5 would try to close for ever at exit, and say so.
  // Handles close all that matters. It counts only as the first call, which this is.
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
  // What HDF5 held back, it would write while closing a dataset, and where that fails (a full disk)
  // it crashes later. So nothing but metadata is held back.
  check_h5(H5Pset_sieve_buf_size(properties.get(), 0), file, "switch the sieve buffer off");
  // Without blocks set aside for metadata and small data, nothing of them is left over in the file.
  check_h5(H5Pset_meta_block_size(properties.get(), 0), file, "set the metadata block size");
  check_h5(H5Pset_small_data_block_size(properties.get(), 0), file, "set the data block size");
  bound_metadata_cache(properties.get(), file);
  switch_locking_off(properties.get(), file);
  return properties;
}

}  // namespace tscollect::store
