#pragma once

#include "block/host_block.hpp"
#include "store/hdf5/hdf5_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tscollect::store {

/// Properties of a dataset that is written once: no times in its header, no filling in advance,
/// attributes kept in the header.
[[nodiscard]] PropertiesHandle dataset_properties(const ObjectRef& node);

/// Adds shuffle and deflate.
void add_filters(hid_t properties, int level, const ObjectRef& node);

/// Creates a dataset in `parent`. Without `properties`: as dataset_properties().
DatasetHandle create_dataset(const ObjectRef& parent, const char* name, hid_t type,
                             const SpaceHandle& space, const PropertiesHandle& properties);

/// Writes an array in its finished chunks, taken from `payload`.
DatasetHandle write_chunks(const ObjectRef& parent, const char* name,
                           const block::ChunkedArray& array, std::span<const std::byte> payload);

/// Writes a one-dimensional list of integers.
DatasetHandle write_list(const ObjectRef& parent, const char* name,
                         std::span<const std::int64_t> values);

/// What a group's header is to hold. What has no room in it costs a piece of its own each time.
struct GroupRoom {
  unsigned most_links = 0;       ///< beyond these HDF5 keeps links elsewhere; 0: as it likes
  std::size_t header_bytes = 0;  ///< of links and attributes
};
/// What a link takes besides its name, and an attribute, its name included, besides its value.
inline constexpr std::size_t link_bytes = 15;
inline constexpr std::size_t attribute_bytes = 48;

GroupHandle create_group(const ObjectRef& parent, const char* name, GroupRoom room);

/// A reference to the object `name` in `parent`.
[[nodiscard]] hobj_ref_t reference_to(const ObjectRef& parent, const char* name);

}  // namespace tscollect::store
