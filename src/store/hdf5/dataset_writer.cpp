#include "store/hdf5/dataset_writer.hpp"

#include "block/chunk_codec.hpp"
#include "store/hdf5/attribute_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace tscollect::store {

namespace {

void set_fill_value(hid_t properties, ValueType type, const ObjectRef& node) {
  const double no_number = std::numeric_limits<double>::quiet_NaN();
  const bool real = type == ValueType::real;
  check_h5(H5Pset_fill_value(properties, real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64,
                             real ? static_cast<const void*>(&no_number) : &missing_integer),
           node, "set the fill value");
}

void check_array(const ObjectRef& parent, const char* name, const block::ChunkedArray& array,
                 std::size_t payload_size) {
  const std::size_t rank = array.shape.size();
  if (rank == 0 || rank > H5S_MAX_RANK || array.chunk_shape.size() != rank)
    throw_at(parent, fmt::format("{}: shape and chunk shape do not match", name));
  for (const block::Chunk& chunk : array.chunks)
    if (chunk.offset.size() != rank || chunk.payload_begin > payload_size ||
        chunk.payload_size > payload_size - chunk.payload_begin)
      throw_at(parent, fmt::format("{}: a chunk lies outside its host's payload", name));
}

}  // namespace

PropertiesHandle dataset_properties(const ObjectRef& node) {
  PropertiesHandle properties(
      check_h5(H5Pcreate(H5P_DATASET_CREATE), node, "create dataset properties"));
  check_h5(H5Pset_obj_track_times(properties.get(), false), node, "switch object times off");
  check_h5(H5Pset_fill_time(properties.get(), H5D_FILL_TIME_NEVER), node, "set the fill time");
  // Reserves no room for attributes: the header grows in place, as nothing is written after it yet.
  check_h5(H5Pset_dset_no_attrs_hint(properties.get(), true), node, "size a dataset's header");
  return properties;
}

void add_filters(hid_t properties, int level, const ObjectRef& node) {
  check_h5(H5Pset_shuffle(properties), node, "add the shuffle filter");
  check_h5(H5Pset_deflate(properties, static_cast<unsigned>(level)), node,
           "add the deflate filter");
}

DatasetHandle create_dataset(const ObjectRef& parent, const char* name, hid_t type,
                             const SpaceHandle& space, const PropertiesHandle& properties) {
  const PropertiesHandle plain =
      properties.get() < 0 ? dataset_properties(parent) : PropertiesHandle();
  const hid_t dataset =
      H5Dcreate2(parent.id, name, type, space.get(), H5P_DEFAULT,
                 properties.get() < 0 ? plain.get() : properties.get(), H5P_DEFAULT);
  if (dataset < 0) throw_h5(parent, fmt::format("create {}", name));
  return DatasetHandle(dataset);
}

DatasetHandle write_chunks(const ObjectRef& parent, const char* name,
                           const block::ChunkedArray& array, std::span<const std::byte> payload) {
  check_array(parent, name, array, payload.size());
  const int rank = static_cast<int>(array.shape.size());
  const std::vector<hsize_t> extent(array.shape.begin(), array.shape.end());
  const std::vector<hsize_t> chunk_extent(array.chunk_shape.begin(), array.chunk_shape.end());
  const SpaceHandle space(check_h5(H5Screate_simple(rank, extent.data(), nullptr), parent,
                                   "create the space of an array"));
  const PropertiesHandle properties = dataset_properties(parent);
  keep_attributes_compact(properties.get(), parent);  // an array has nine at most
  set_fill_value(properties.get(), array.type, parent);
  // Makes HDF5 return the fill value for chunks that are left out because everything in them is
  // missing. With H5D_FILL_TIME_NEVER it would return uninitialized memory.
  check_h5(H5Pset_fill_time(properties.get(), H5D_FILL_TIME_IFSET), parent, "set the fill time");
  // An array without elements is not chunked: HDF5 refuses chunks larger than the array.
  if (std::ranges::find(extent, 0U) == extent.end()) {
    check_h5(H5Pset_chunk(properties.get(), rank, chunk_extent.data()), parent,
             "set the chunk shape of an array");
    add_filters(properties.get(), block::deflate_level, parent);
  }
  const hid_t type = array.type == ValueType::real ? H5T_IEEE_F64LE : H5T_STD_I64LE;
  DatasetHandle dataset = create_dataset(parent, name, type, space, properties);
  std::vector<hsize_t> offset;
  for (const block::Chunk& chunk : array.chunks) {
    offset.assign(chunk.offset.begin(), chunk.offset.end());
    const auto bytes = payload.subspan(chunk.payload_begin, chunk.payload_size);
    if (H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, offset.data(), bytes.size(), bytes.data()) <
        0)
      throw_h5(parent, fmt::format("write a chunk of {}", name));
  }
  return dataset;
}

DatasetHandle write_list(const ObjectRef& parent, const char* name,
                         std::span<const std::int64_t> values) {
  const PropertiesHandle properties = dataset_properties(parent);
  set_fill_value(properties.get(), ValueType::integer, parent);
  // Not H5D_COMPACT: R's ncdf4 refuses a whole file for one such dataset.
  const hsize_t extent = values.size();
  const SpaceHandle space(
      check_h5(H5Screate_simple(1, &extent, nullptr), parent, "create the space of a list"));
  DatasetHandle dataset = create_dataset(parent, name, H5T_STD_I64LE, space, properties);
  if (!values.empty() &&
      H5Dwrite(dataset.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    throw_h5(parent, fmt::format("write {}", name));
  return dataset;
}

GroupHandle create_group(const ObjectRef& parent, const char* name, GroupRoom room) {
  const PropertiesHandle properties(
      check_h5(H5Pcreate(H5P_GROUP_CREATE), parent, "create group properties"));
  check_h5(H5Pset_obj_track_times(properties.get(), false), parent, "switch object times off");
  if (room.most_links > 0) {
    check_h5(H5Pset_link_phase_change(properties.get(), room.most_links, 0), parent,
             "keep links in the group's header");
    // HDF5 takes a number of links and the average length of their names: short names give the
    // closest size.
    constexpr std::size_t bytes_each = link_bytes + 1;
    constexpr std::size_t most = std::numeric_limits<std::uint16_t>::max();
    const std::size_t count = std::min(most, (room.header_bytes + bytes_each - 1) / bytes_each);
    check_h5(H5Pset_est_link_info(properties.get(), static_cast<unsigned>(count), 1), parent,
             "size a group's header");
  }
  keep_attributes_compact(properties.get(), parent);
  const hid_t group = H5Gcreate2(parent.id, name, H5P_DEFAULT, properties.get(), H5P_DEFAULT);
  if (group < 0) throw_h5(parent, fmt::format("create group {}", name));
  return GroupHandle(group);
}

hobj_ref_t reference_to(const ObjectRef& parent, const char* name) {
  hobj_ref_t reference = 0;
  if (H5Rcreate(&reference, parent.id, name, H5R_OBJECT, -1) < 0)
    throw_h5(parent, fmt::format("refer to {}", name));
  return reference;
}

}  // namespace tscollect::store
