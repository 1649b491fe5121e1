#include "store/run_file/phase_insertion.hpp"

#include "base/files/descriptor.hpp"
#include "base/files/durable_file.hpp"
#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/descriptor_driver.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/json/sidecar.hpp"
#include "store/run_file/layout_writer.hpp"
#include "store/run_file/open_run.hpp"
#include "store/run_file/run_layout.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace tscollect::store {

namespace {

/// Gives the copy the permissions of the file, as far as permitted.
void copy_rights(const base::Descriptor& from, int to) {
  struct stat facts {};
  if (::fstat(from.get(), &facts) != 0) return;
  static_cast<void>(::fchown(to, facts.st_uid, facts.st_gid));
  static_cast<void>(::fchmod(to, facts.st_mode & 0777U));
}

void copy_bytes(const base::Descriptor& from, base::DurableFile& to,
                const std::filesystem::path& path) {
  constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
  std::string piece(piece_bytes, '\0');
  for (;;) {
    const ssize_t got = ::read(from.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) base::throw_file_error(path, "cannot read", errno);
    if (got == 0) return;
    to.write(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
  }
}

void replace_text(const ObjectRef& root, const char* name, std::string_view text) {
  if (has_attribute(root, name)) check_h5(H5Adelete(root.id, name), root, "replace an attribute");
  write_text(root, name, text);
}

void remove_phases(const ObjectRef& root) {
  const auto remove_list = [&root](const char* name) {
    if (has_link(root, name))
      check_h5(H5Ldelete(root.id, name, H5P_DEFAULT), root, "remove a list of phases");
  };
  remove_list(layout::phases.dimension);
  for (const auto& column : layout::phases.columns) remove_list(column.list.name);
}

std::string with_line(const std::string& history, std::string_view line) {
  return history.empty() ? std::string(line) : fmt::format("{}\n{}", history, line);
}

/// Changes the file of `target`, which HDF5 closes at the end.
void change(DescriptorTarget& target, const std::string& name,
            std::span<const block::RunPhase> phases, std::string_view history) {
  const PropertiesHandle access = file_access_properties({H5I_INVALID_HID, name, "/"});
  target.choose_in(access, {H5I_INVALID_HID, name, "/"});
  FileHandle file(check_h5(H5Fopen(name.c_str(), H5F_ACC_RDWR, access.get()),
                           {H5I_INVALID_HID, name, "/"}, "open its copy"));
  const Diversion diversion(file, target);
  const ObjectRef root{file.get(), name, "/"};
  if (const std::string schema = read_schema(root); is_newer_schema(schema))
    throw_at(root, fmt::format("has schema {}, and this tscollect {} writes {}; use a newer one",
                               schema, version, schema_version));
  remove_phases(root);
  StringPool strings(root);
  if (!phases.empty()) write_table(root, layout::phases, phases, strings);
  replace_text(root, layout::schema, schema_version);
  replace_text(root, layout::history, with_line(read_text(root, layout::history), history));
  check_h5(H5Fflush(root.id, H5F_SCOPE_GLOBAL), root, "write the file");
  check_h5(file.close(), root, "close the file");
}

}  // namespace

void insert_phases(const std::filesystem::path& run_file, std::span<const block::RunPhase> phases,
                   std::string_view history) {
  const QuietErrors quiet;
  // Replaces the file itself, not a link to it.
  std::error_code error;
  const auto resolved = std::filesystem::canonical(run_file, error);
  if (error) base::throw_file_error(run_file, "cannot find it", error.value());
  const base::FilePlace place(resolved);
  const base::Descriptor from(::openat(place.folder(), place.name().c_str(),
                                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!from.is_open()) base::throw_file_error(resolved, "cannot open", errno);
  base::DurableFile copy(place, base::Existing::replace);
  copy_bytes(from, copy, resolved);
  copy_rights(from, copy.descriptor());
  {
    DescriptorTarget target(copy.descriptor());
    change(target, resolved.string(), phases, history);
  }
  copy.publish();
  insert_into_sidecar(place.beside(sidecar_path(resolved)), phases, history);
}

}  // namespace tscollect::store
