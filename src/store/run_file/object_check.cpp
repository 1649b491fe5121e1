#include "store/run_file/object_check.hpp"

#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/run_file/structure_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace tscollect::store {

namespace {

DatasetHandle open_array(const ObjectRef& parent, const std::string& name) {
  check_link(parent, name);
  return DatasetHandle(
      check_h5(H5Dopen2(parent.id, name.c_str(), H5P_DEFAULT), parent, "open a dataset"));
}

/// The object references of DIMENSION_LIST, one per dimension; 0 if there is none.
std::vector<hobj_ref_t> references_of(const ObjectRef& dataset, std::size_t rank) {
  const AttributeHandle attribute(
      check_h5(H5Aopen(dataset.id, "DIMENSION_LIST", H5P_DEFAULT), dataset, "open DIMENSION_LIST"));
  const TypeHandle type(check_h5(H5Aget_type(attribute.get()), dataset, "read DIMENSION_LIST"));
  const SpaceHandle space(check_h5(H5Aget_space(attribute.get()), dataset, "read DIMENSION_LIST"));
  if (H5Tget_class(type.get()) != H5T_VLEN)
    throw_at(dataset, "DIMENSION_LIST is not a list of references");
  const TypeHandle element(check_h5(H5Tget_super(type.get()), dataset, "read DIMENSION_LIST"));
  if (H5Tequal(element.get(), H5T_STD_REF_OBJ) <= 0)
    throw_at(dataset, "DIMENSION_LIST is not a list of references");
  if (H5Sget_simple_extent_npoints(space.get()) != static_cast<hssize_t>(rank))
    throw_at(dataset, fmt::format("DIMENSION_LIST does not have {} elements", rank));
  std::vector<hvl_t> lists(rank);
  check_h5(H5Aread(attribute.get(), type.get(), lists.data()), dataset, "read DIMENSION_LIST");
  std::vector<hobj_ref_t> references;
  references.reserve(lists.size());
  for (const hvl_t& list : lists)
    references.push_back(list.len == 1 ? *static_cast<const hobj_ref_t*>(list.p) : 0);
  check_h5(H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, lists.data()), dataset,
           "free DIMENSION_LIST");
  return references;
}

/// The filters, in order.
std::vector<H5Z_filter_t> filters_of(const PropertiesHandle& properties, const ObjectRef& node) {
  std::vector<H5Z_filter_t> filters;
  const int count = check_h5(H5Pget_nfilters(properties.get()), node, "count filters");
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    std::size_t values = 0;
    unsigned configuration = 0;
    filters.push_back(check_h5(H5Pget_filter2(properties.get(), static_cast<unsigned>(i), &flags,
                                              &values, nullptr, 0, nullptr, &configuration),
                               node, "read a filter"));
  }
  return filters;
}

bool fills_with_missing(const PropertiesHandle& properties, ValueType type, const ObjectRef& node) {
  H5D_fill_value_t state = H5D_FILL_VALUE_UNDEFINED;
  check_h5(H5Pfill_value_defined(properties.get(), &state), node, "read the fill value");
  if (state != H5D_FILL_VALUE_USER_DEFINED) return false;
  std::int64_t bits = 0;
  const bool real = type == ValueType::real;
  check_h5(H5Pget_fill_value(properties.get(), real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64, &bits),
           node, "read the fill value");
  return real ? std::isnan(std::bit_cast<double>(bits)) : bits == missing_integer;
}

}  // namespace

void add_store_error(const std::string& rule, const std::string& file, const std::string& place,
                     const StoreError& error, Diagnostics& diagnostics) {
  // The message is "<file>: <path>: <what>".
  std::string_view text = error.what();
  if (text.starts_with(file + ": ")) text.remove_prefix(file.size() + 2);
  const std::size_t colon = text.starts_with('/') ? text.find(": ") : std::string_view::npos;
  const bool placed = colon != std::string_view::npos;
  diagnostics.error(rule, placed ? std::string(text.substr(0, colon)) : place,
                    std::string(placed ? text.substr(colon + 2) : text));
}

void guarded(const ObjectRef& node, const std::string& rule, Diagnostics& diagnostics,
             const std::function<void()>& check) {
  try {
    check();
  } catch (const StoreError& error) {
    add_store_error(rule, std::string(node.file), std::string(node.path), error, diagnostics);
  }
}

std::string path_of(const ObjectRef& node, const std::string& name) {
  return node.path == "/" ? "/" + name : fmt::format("{}/{}", node.path, name);
}

void expect_text(const ObjectRef& node, const char* attribute, const std::string& wanted,
                 Diagnostics& diagnostics) {
  guarded(node, "attribute", diagnostics, [&] {
    const std::string found = read_text(node, attribute);
    if (found == wanted) return;
    diagnostics.error(
        "attribute", std::string(node.path),
        found.empty() ? fmt::format("has no attribute {}", attribute)
                      : fmt::format("has the {} '{}' instead of '{}'", attribute, found, wanted));
  });
}

void check_scale(const ObjectRef& parent, const std::string& name, Diagnostics& diagnostics) {
  guarded(parent, "dimension-scale", diagnostics, [&] {
    const DatasetHandle dataset = open_array(parent, name);
    const std::string path = path_of(parent, name);
    const ObjectRef node{dataset.get(), parent.file, path};
    expect_text(node, "CLASS", "DIMENSION_SCALE", diagnostics);
    expect_text(node, "NAME", name, diagnostics);
  });
}

void check_dimensions(const ObjectRef& parent, const std::string& name,
                      std::span<const std::string> scales, Diagnostics& diagnostics) {
  guarded(parent, "dimension-scale", diagnostics, [&] {
    const DatasetHandle dataset = open_array(parent, name);
    const std::string path = path_of(parent, name);
    const ObjectRef node{dataset.get(), parent.file, path};
    const std::vector<hobj_ref_t> references = references_of(node, scales.size());
    for (std::size_t i = 0; i < scales.size(); ++i)
      if (!has_link(parent, scales[i]) || references[i] != reference_to(parent, scales[i].c_str()))
        diagnostics.error("dimension-scale", path,
                          fmt::format("dimension {} is not attached to {}", i, scales[i]));
  });
}

void check_array_storage(const ObjectRef& parent, const std::string& name, ValueType type,
                         Diagnostics& diagnostics) {
  guarded(parent, "storage", diagnostics, [&] {
    const DatasetHandle dataset = open_array(parent, name);
    const std::string path = path_of(parent, name);
    const TypeHandle stored(check_h5(H5Dget_type(dataset.get()), parent, "read a type"));
    const bool real = type == ValueType::real;
    if (H5Tequal(stored.get(), real ? H5T_IEEE_F64LE : H5T_STD_I64LE) <= 0)
      diagnostics.error(
          "storage", path,
          fmt::format("is not of little-endian 64-bit {}", real ? "reals" : "integers"));
    const SpaceHandle space(check_h5(H5Dget_space(dataset.get()), parent, "read a space"));
    const PropertiesHandle properties(
        check_h5(H5Dget_create_plist(dataset.get()), parent, "read a dataset's properties"));
    if (!fills_with_missing(properties, type, parent))
      diagnostics.error("storage", path, "has another fill value than that of missing cells");
    if (H5Sget_simple_extent_npoints(space.get()) == 0)
      return;  // without elements it is not chunked
    const std::array<H5Z_filter_t, 2> wanted = {H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE};
    if (H5Pget_layout(properties.get()) != H5D_CHUNKED)
      diagnostics.error("storage", path, "is not in chunks");
    else if (const auto found = filters_of(properties, parent); !std::ranges::equal(found, wanted))
      diagnostics.error("storage", path,
                        fmt::format("has the filters [{}] instead of shuffle and deflate",
                                    fmt::join(found, ", ")));
  });
}

std::vector<std::string> link_names(const ObjectRef& group) {
  const auto keep = [](hid_t, const char* name, const H5L_info_t*, void* out) noexcept -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  std::vector<std::string> names;
  hsize_t at = 0;
  check_h5(H5Literate(group.id, H5_INDEX_NAME, H5_ITER_NATIVE, &at, keep, &names), group,
           "list a group");
  return names;
}

}  // namespace tscollect::store
