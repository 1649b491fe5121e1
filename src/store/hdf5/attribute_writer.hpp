#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tscollect::store {

// Each creates one attribute of `node`; throws StoreError. Texts are fixed-length UTF-8, which
// every reader tried takes in attributes (in datasets netCDF-C does not). An empty text or list is
// left out: for the reader that is the same, and netCDF has no empty list.

void write_text(const ObjectRef& node, const char* name, std::string_view text);
void write_texts(const ObjectRef& node, const char* name, std::span<const std::string> texts);
void write_integer(const ObjectRef& node, const char* name, std::int64_t value);
void write_integers(const ObjectRef& node, const char* name, std::span<const std::int64_t> values);
void write_real(const ObjectRef& node, const char* name, double value);

/// Makes the dataset `node` a dimension scale of that name, by hand: H5DSset_scale costs more.
void write_scale_mark(const ObjectRef& node, std::string_view name);

/// Labels each dimension of the dataset `node` with its scale (DIMENSION_LIST). The other
/// direction, REFERENCE_LIST, would be rewritten at each attachment, and a scale shared by all
/// hosts would collect every one of them; no reader tried needs it.
void write_dimensions(const ObjectRef& node, std::span<const hobj_ref_t> scales);

/// Keeps all attributes of objects created with these properties in the object's header, however
/// many they are: beyond 8, HDF5 would give them a heap and an index of kilobytes.
void keep_attributes_compact(hid_t creation_properties, const ObjectRef& node);

}  // namespace tscollect::store
