#include "store/hdf5/descriptor_driver.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

// Since HDF5 1.14 the interface of drivers is in this header.
#if __has_include(<H5FDdevelop.h>)
#include <H5FDdevelop.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <system_error>

namespace tscollect::store {

namespace {

/// The driver's entry in the properties: HDF5 copies it bytewise.
struct DriverInfo {
  DescriptorTarget* target;
};

/// An open file of this driver; HDF5 requires its own part first.
struct OpenFile {
  H5FD_t head;
  DescriptorTarget* target;
  haddr_t end_of_allocation;
  haddr_t end_of_file;
  int descriptor;
};

constexpr haddr_t largest_address = std::numeric_limits<off_t>::max();

OpenFile& mine(H5FD_t* file) { return *reinterpret_cast<OpenFile*>(file); }
const OpenFile& mine(const H5FD_t* file) { return *reinterpret_cast<const OpenFile*>(file); }

/// Uses the wording of HDF5's own driver, from which reason_in() extracts the system's reason.
herr_t fail(std::string_view what, int error) {
  const std::string message = std::generic_category().message(error);
  const std::string text = fmt::format("{}: {}", what, message);
  H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_IO, H5E_WRITEERROR, "%s",
           text.c_str());
  return -1;
}

H5FD_t* open_target(const char*, unsigned flags, hid_t access, haddr_t) {
  const auto* info = static_cast<const DriverInfo*>(H5Pget_driver_info(access));
  if (info == nullptr || info->target == nullptr) return nullptr;
  const int descriptor = info->target->descriptor();
  struct stat status {};
  if (((flags & H5F_ACC_TRUNC) != 0 && ftruncate(descriptor, 0) != 0) ||
      fstat(descriptor, &status) != 0) {
    fail("file open failed", errno);
    return nullptr;
  }
  std::unique_ptr<OpenFile> file(new (std::nothrow) OpenFile{});
  if (file == nullptr) return nullptr;
  file->target = info->target;
  file->descriptor = descriptor;
  file->end_of_file = static_cast<haddr_t>(status.st_size);
  return &file.release()->head;  // until close_target()
}

herr_t close_target(H5FD_t* file) {
  const std::unique_ptr<OpenFile> closed(&mine(file));
  return 0;
}

herr_t query(const H5FD_t*, unsigned long* flags) {
  if (flags != nullptr)
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

haddr_t end_of_allocation(const H5FD_t* file, H5FD_mem_t) { return mine(file).end_of_allocation; }

herr_t set_end_of_allocation(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  mine(file).end_of_allocation = address;
  return 0;
}

haddr_t end_of_file(const H5FD_t* file, H5FD_mem_t) { return mine(file).end_of_file; }

herr_t read_at(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, void* buffer) {
  auto* to = static_cast<char*>(buffer);
  while (size > 0) {
    const ssize_t got =
        pread(mine(file).target->descriptor(), to, size, static_cast<off_t>(address));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail("file read failed", errno);
    if (got == 0) break;
    to += got;
    address += static_cast<haddr_t>(got);
    size -= static_cast<size_t>(got);
  }
  // Reads of allocated but unwritten bytes return zeros, as with HDF5's own driver.
  std::memset(to, 0, size);
  return 0;
}

herr_t write_at(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, const void* buffer) {
  OpenFile& open = mine(file);
  const auto* from = static_cast<const char*>(buffer);
  while (size > 0 && !open.target->is_given_up()) {
    const ssize_t written =
        pwrite(open.target->descriptor(), from, size, static_cast<off_t>(address));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail("file write failed", errno);
    from += written;
    address += static_cast<haddr_t>(written);
    size -= static_cast<size_t>(written);
  }
  open.end_of_file = std::max(open.end_of_file, address + size);
  return 0;
}

herr_t truncate(H5FD_t* file, hid_t, hbool_t) {
  OpenFile& open = mine(file);
  if (open.end_of_allocation == open.end_of_file) return 0;
  const auto size = static_cast<off_t>(open.end_of_allocation);
  if (!open.target->is_given_up() && ftruncate(open.target->descriptor(), size) != 0)
    return fail("cannot set the file's size", errno);
  open.end_of_file = open.end_of_allocation;
  return 0;
}

/// As HDF5's own driver does: who reads what is being changed asks how large the file is.
herr_t handle_of(H5FD_t* file, hid_t, void** handle) {
  *handle = &mine(file).descriptor;
  return 0;
}

H5FD_class_t describe_driver() {
  H5FD_class_t driver{};
#if H5_VERSION_GE(1, 14, 0)
  driver.version = H5FD_CLASS_VERSION;
#endif
#if H5_VERSION_GE(1, 13, 2)
  constexpr H5FD_class_value_t unregistered = 500;  // values up to 511 are not assigned to anybody
  driver.value = unregistered;
#endif
  driver.name = "tscollect_descriptor";
  driver.maxaddr = largest_address;
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.fapl_size = sizeof(DriverInfo);
  driver.open = open_target;
  driver.close = close_target;
  driver.query = query;
  driver.get_eoa = end_of_allocation;
  driver.set_eoa = set_end_of_allocation;
  driver.get_eof = end_of_file;
  driver.get_handle = handle_of;
  driver.read = read_at;
  driver.write = write_at;
  driver.truncate = truncate;
  constexpr H5FD_mem_t kinds[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
  std::ranges::copy(kinds, driver.fl_map);
  return driver;
}

}  // namespace

void DescriptorTarget::choose_in(const PropertiesHandle& access, const ObjectRef& file) {
  static const H5FD_class_t driver = describe_driver();
  static const hid_t id = H5FDregister(&driver);
  check_h5(id, file, "register the driver for new files");
  const DriverInfo info{this};
  check_h5(H5Pset_driver(access.get(), id, &info), file, "choose the driver for new files");
}

Diversion::~Diversion() {
  if (file_.get() < 0) return;
  target_.give_up();
  // HDF5 1.10 refuses the first flush after one that failed, and only then is well again.
  constexpr int most_flushes = 3;
  for (int i = 0; i < most_flushes && H5Fflush(file_.get(), H5F_SCOPE_GLOBAL) < 0; ++i) {
  }
}

}  // namespace tscollect::store
