#pragma once

#include "block/host_block.hpp"
#include "store/hdf5/hdf5_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tscollect::store {

/// Properties of a dataset that is written once: no times in its header, no initial filling,
/// attributes in the header.
[[nodiscard]] PropertiesHandle dataset_properties(const ObjectRef& node);

/// Adds shuffle and deflate.
void add_filters(hid_t properties, int level, const ObjectRef& node);

/// Creates a dataset in `parent`. Without `properties`, dataset_properties() is used.
DatasetHandle create_dataset(const ObjectRef& parent, const char* name, hid_t type,
                             const SpaceHandle& space, const PropertiesHandle& properties);

/// Writes an array from its finished chunks in `payload`.
DatasetHandle write_chunks(const ObjectRef& parent, const char* name,
                           const block::ChunkedArray& array, std::span<const std::byte> payload);

/// Writes a one-dimensional list of integers.
DatasetHandle write_list(const ObjectRef& parent, const char* name,
                         std::span<const std::int64_t> values);

/// Space reserved in a group's header. What does not fit takes an extra block each time.
struct GroupRoom {
  unsigned most_links = 0;       ///< beyond these HDF5 stores links elsewhere; 0: HDF5's default
  std::size_t header_bytes = 0;  ///< for links and attributes
};
/// Bytes of a link besides its name, and of an attribute (including its name) besides its value.
inline constexpr std::size_t link_bytes = 15;
inline constexpr std::size_t attribute_bytes = 48;

GroupHandle create_group(const ObjectRef& parent, const char* name, GroupRoom room);

/// A reference to the object `name` in `parent`.
[[nodiscard]] hobj_ref_t reference_to(const ObjectRef& parent, const char* name);

}  // namespace tscollect::store
