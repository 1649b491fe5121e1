#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tscollect::store {

// Each function creates one attribute of `node`; throws StoreError. Texts are fixed-length UTF-8,
// which every tested reader accepts in attributes (in datasets netCDF-C does not). Empty texts and
// lists are omitted: readers treat them alike, and netCDF has no empty list.

void write_text(const ObjectRef& node, const char* name, std::string_view text);
void write_texts(const ObjectRef& node, const char* name, std::span<const std::string> texts);
void write_integer(const ObjectRef& node, const char* name, std::int64_t value);
void write_integers(const ObjectRef& node, const char* name, std::span<const std::int64_t> values);
void write_real(const ObjectRef& node, const char* name, double value);

/// Makes the dataset `node` a dimension scale of that name by writing its attributes, which is
/// cheaper than H5DSset_scale.
void write_scale_mark(const ObjectRef& node, std::string_view name);

/// Attaches a scale to each dimension of the dataset `node` (DIMENSION_LIST). The opposite
/// direction, REFERENCE_LIST, is not written: it would be rewritten for each attachment, with an
/// entry per host for a shared scale, and no tested reader needs it.
void write_dimensions(const ObjectRef& node, std::span<const hobj_ref_t> scales);

/// The type of DIMENSION_LIST.
[[nodiscard]] TypeHandle dimension_list_type(const ObjectRef& node);

/// Keeps all attributes of objects created with these properties in the object's header: beyond 8,
/// HDF5 would add a heap and an index of several KB.
void keep_attributes_compact(hid_t creation_properties, const ObjectRef& node);

}  // namespace tscollect::store
