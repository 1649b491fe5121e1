#include "store/run_file/run_file_writer.hpp"

#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/hdf5/descriptor_driver.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "store/run_file/host_writer.hpp"
#include "store/run_file/layout_writer.hpp"
#include "store/run_file/run_layout.hpp"
#include "store/run_file/run_writer.hpp"

#include <string>

namespace tscollect::store {

namespace {

FileHandle create_file(DescriptorTarget& target, const ObjectRef& file) {
  const PropertiesHandle creation(
      check_h5(H5Pcreate(H5P_FILE_CREATE), file, "create file properties"));
  check_h5(H5Pset_obj_track_times(creation.get(), false), file, "switch object times off");
  keep_attributes_compact(creation.get(), file);
  const PropertiesHandle access = file_access_properties(file);
  target.choose_in(access, file);
  return FileHandle(check_h5(
      H5Fcreate(std::string(file.file).c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), file,
      "create the file"));
}

}  // namespace

/// Members are destroyed in reverse order: HDF5 releases the file before it is closed.
struct RunFileWriter::State {
  State(const base::FilePlace& place, Existing existing, base::Access access)
      : name(place.path().string()),
        target(place, existing, access),
        written(target.descriptor()),
        file(create_file(written, {H5I_INVALID_HID, name, "/"})),
        diversion(file, written),
        hosts(create_group(root(), layout::hosts_group, {})),
        shared{StringPool(root()), {}} {}

  [[nodiscard]] ObjectRef root() const { return {file.get(), name, "/"}; }
  [[nodiscard]] ObjectRef hosts_node() const { return {hosts.get(), name, "/hosts"}; }

  std::string name;
  base::DurableFile target;
  DescriptorTarget written;
  FileHandle file;
  Diversion diversion;
  GroupHandle hosts;
  FileState shared;
};

RunFileWriter::RunFileWriter(const base::FilePlace& target, Existing existing,
                             base::Access access) {
  const QuietErrors quiet;
  state_ = std::make_unique<State>(target, existing, access);
}

RunFileWriter::~RunFileWriter() {
  const QuietErrors quiet;
  state_.reset();
}

void RunFileWriter::add_host(const block::HostBlock& block) {
  const QuietErrors quiet;
  write_host(state_->hosts_node(), block, state_->shared);
}

void RunFileWriter::finish(const block::RunInfo& run, std::span<const block::HostOutcome> hosts,
                           Sync sync) {
  const QuietErrors quiet;
  const ObjectRef root = state_->root();
  write_run_attributes(root, run, hosts);
  if (!run.phases.empty()) write_table(root, layout::phases, run.phases, state_->shared.strings);
  write_host_table(root, hosts, state_->shared.strings);
  check_h5(state_->hosts.close(), root, "close the group of hosts");
  check_h5(H5Fflush(root.id, H5F_SCOPE_GLOBAL), root, "write the file");
  check_h5(state_->file.close(), root, "close the file");
  state_->target.publish(sync);
}

}  // namespace tscollect::store
