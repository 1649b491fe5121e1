#include "store/hdf5/attribute_writer.hpp"

#include "store/hdf5/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace tscollect::store {

namespace {

SpaceHandle simple_space(std::size_t count, const ObjectRef& node) {
  const hsize_t extent = count;
  return SpaceHandle(
      check_h5(H5Screate_simple(1, &extent, nullptr), node, "create an attribute's space"));
}

SpaceHandle scalar_space(const ObjectRef& node) {
  return SpaceHandle(check_h5(H5Screate(H5S_SCALAR), node, "create an attribute's space"));
}

TypeHandle text_type(std::size_t size, const ObjectRef& node) {
  TypeHandle type(check_h5(H5Tcopy(H5T_C_S1), node, "create a text type"));
  check_h5(H5Tset_size(type.get(), size), node, "size a text type");
  check_h5(H5Tset_cset(type.get(), H5T_CSET_UTF8), node, "make a text type UTF-8");
  // Padded, not terminated: netCDF treats a terminating NUL as part of the text.
  check_h5(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), node, "pad a text type");
  return type;
}

struct AttributeType {
  hid_t in_file;
  hid_t in_memory;
};

void write_attribute(const ObjectRef& node, const char* name, AttributeType type,
                     const SpaceHandle& space, const void* value) {
  const auto creation =
      H5Acreate2(node.id, name, type.in_file, space.get(), H5P_DEFAULT, H5P_DEFAULT);
  if (creation < 0) throw_h5(node, fmt::format("create attribute {}", name));
  const AttributeHandle attribute(creation);
  if (H5Awrite(attribute.get(), type.in_memory, value) < 0)
    throw_h5(node, fmt::format("write attribute {}", name));
}

/// ASCII with a terminating NUL, as HDF5's dimension scale functions require it.
void write_terminated(const ObjectRef& node, const char* name, const std::string& text) {
  const TypeHandle type(check_h5(H5Tcopy(H5T_C_S1), node, "create a text type"));
  check_h5(H5Tset_size(type.get(), text.size() + 1), node, "size a text type");
  write_attribute(node, name, {type.get(), type.get()}, scalar_space(node), text.c_str());
}

}  // namespace

void write_text(const ObjectRef& node, const char* name, std::string_view text) {
  if (text.empty()) return;
  const std::string stored = storable_text(text);
  const TypeHandle type = text_type(std::max<std::size_t>(stored.size(), 1), node);
  write_attribute(node, name, {type.get(), type.get()}, scalar_space(node), stored.data());
}

void write_texts(const ObjectRef& node, const char* name, std::span<const std::string> texts) {
  if (texts.empty()) return;
  std::vector<std::string> stored;
  std::size_t longest = 0;
  for (const std::string& text : texts) {
    stored.push_back(storable_text(text));
    longest = std::max(longest, stored.back().size());
  }
  const std::size_t width = std::max<std::size_t>(longest, 1);
  std::vector<char> cells(stored.size() * width, '\0');
  for (std::size_t i = 0; i < stored.size(); ++i)
    std::ranges::copy(stored[i], cells.begin() + static_cast<std::ptrdiff_t>(i * width));
  const TypeHandle type = text_type(width, node);
  write_attribute(node, name, {type.get(), type.get()}, simple_space(texts.size(), node),
                  cells.data());
}

void write_integer(const ObjectRef& node, const char* name, std::int64_t value) {
  write_attribute(node, name, {H5T_STD_I64LE, H5T_NATIVE_INT64}, scalar_space(node), &value);
}

void write_integers(const ObjectRef& node, const char* name, std::span<const std::int64_t> values) {
  if (values.empty()) return;
  write_attribute(node, name, {H5T_STD_I64LE, H5T_NATIVE_INT64}, simple_space(values.size(), node),
                  values.data());
}

void write_real(const ObjectRef& node, const char* name, double value) {
  write_attribute(node, name, {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE}, scalar_space(node), &value);
}

void write_scale_mark(const ObjectRef& node, std::string_view name) {
  write_terminated(node, "CLASS", "DIMENSION_SCALE");
  write_terminated(node, "NAME", std::string(name));
}

TypeHandle dimension_list_type(const ObjectRef& node) {
  return TypeHandle(
      check_h5(H5Tvlen_create(H5T_STD_REF_OBJ), node, "create the type of DIMENSION_LIST"));
}

void write_dimensions(const ObjectRef& node, std::span<const hobj_ref_t> scales) {
  std::vector<hobj_ref_t> references(scales.begin(), scales.end());
  std::vector<hvl_t> lists;
  lists.reserve(references.size());
  for (hobj_ref_t& reference : references) lists.push_back({1, &reference});
  const TypeHandle type = dimension_list_type(node);
  write_attribute(node, "DIMENSION_LIST", {type.get(), type.get()},
                  simple_space(lists.size(), node), lists.data());
}

void keep_attributes_compact(hid_t creation_properties, const ObjectRef& node) {
  constexpr unsigned any_number = 65535;
  check_h5(H5Pset_attr_phase_change(creation_properties, any_number, 0), node,
           "keep attributes in the object header");
}

}  // namespace tscollect::store
