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
  free_variable_length(type, space, lists.data(), dataset);
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

void check_dimensions(const ObjectRef& group, const ObjectRef& dataset,
                      const std::vector<std::string>& scales, Diagnostics& diagnostics) {
  const std::vector<hobj_ref_t> references = references_of(dataset, scales.size());
  for (std::size_t i = 0; i < scales.size(); ++i)
    if (!has_link(group, scales[i]) || references[i] != reference_to(group, scales[i].c_str()))
      diagnostics.error("dimension-scale", dataset.path, "dimension {} is not attached to {}", i,
                        scales[i]);
}

/// Checks byte order, fill value, chunks and filters.
void check_storage(const ObjectRef& dataset, ValueType type, Diagnostics& diagnostics) {
  const TypeHandle stored(check_h5(H5Dget_type(dataset.id), dataset, "read a type"));
  const bool real = type == ValueType::real;
  if (H5Tequal(stored.get(), real ? H5T_IEEE_F64LE : H5T_STD_I64LE) <= 0)
    diagnostics.error("storage", dataset.path, "is not of little-endian 64-bit {}",
                      real ? "reals" : "integers");
  const SpaceHandle space(check_h5(H5Dget_space(dataset.id), dataset, "read a space"));
  const PropertiesHandle properties(
      check_h5(H5Dget_create_plist(dataset.id), dataset, "read a dataset's properties"));
  if (!fills_with_missing(properties, type, dataset))
    diagnostics.error("storage", dataset.path, "has another fill value than that of missing cells");
  // Without elements it is not chunked.
  if (H5Sget_simple_extent_npoints(space.get()) == 0) return;
  const std::array<H5Z_filter_t, 2> wanted = {H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE};
  if (H5Pget_layout(properties.get()) != H5D_CHUNKED)
    diagnostics.error("storage", dataset.path, "is not in chunks");
  else if (const auto found = filters_of(properties, dataset); !std::ranges::equal(found, wanted))
    diagnostics.error("storage", dataset.path,
                      "has the filters [{}] instead of shuffle and deflate",
                      fmt::join(found, ", "));
}

}  // namespace

void add_store_error(std::string_view rule, std::string_view file, std::string_view place,
                     const StoreError& error, Diagnostics& diagnostics) {
  // The message is "<file>: <path>: <what>".
  std::string_view text = error.what();
  if (text.starts_with(fmt::format("{}: ", file))) text.remove_prefix(file.size() + 2);
  const std::size_t colon = text.starts_with('/') ? text.find(": ") : std::string_view::npos;
  const bool placed = colon != std::string_view::npos;
  diagnostics.error(rule, placed ? text.substr(0, colon) : place, "{}",
                    placed ? text.substr(colon + 2) : text);
}

std::string path_of(const ObjectRef& object, const std::string& name) {
  return object.path == "/" ? "/" + name : fmt::format("{}/{}", object.path, name);
}

void guarded(const ObjectRef& object, std::string_view rule, Diagnostics& diagnostics,
             const std::function<void()>& check) {
  try {
    check();
  } catch (const StoreError& error) {
    add_store_error(rule, object.file, object.path, error, diagnostics);
  }
}

void expect_text(const ObjectRef& object, const char* attribute, const std::string& wanted,
                 Diagnostics& diagnostics) {
  guarded(object, "attribute", diagnostics, [&] {
    if (const std::string found = read_text(object, attribute); found.empty())
      diagnostics.error("attribute", object.path, "has no attribute {}", attribute);
    else if (found != wanted)
      diagnostics.error("attribute", object.path, "has the {} '{}' instead of '{}'", attribute,
                        found, wanted);
  });
}

void with_dataset(const ObjectRef& group, const std::string& name, Diagnostics& diagnostics,
                  const std::function<void(const ObjectRef& dataset)>& check) {
  guarded(group, "missing-object", diagnostics, [&] {
    check_link(group, name);
    const DatasetHandle dataset(
        check_h5(H5Dopen2(group.id, name.c_str(), H5P_DEFAULT), group, "open a dataset"));
    const std::string path = path_of(group, name);
    check({dataset.get(), group.file, path});
  });
}

void check_dataset(const ObjectRef& group, const ObjectRef& dataset, const DatasetLayout& wanted,
                   Diagnostics& diagnostics) {
  if (wanted.scales.front() == wanted.name) {
    expect_text(dataset, "CLASS", "DIMENSION_SCALE", diagnostics);
    expect_text(dataset, "NAME", wanted.name, diagnostics);
  } else {
    guarded(dataset, "dimension-scale", diagnostics,
            [&] { check_dimensions(group, dataset, wanted.scales, diagnostics); });
  }
  if (wanted.array)
    guarded(dataset, "storage", diagnostics,
            [&] { check_storage(dataset, *wanted.array, diagnostics); });
  if (wanted.list.units != nullptr) expect_text(dataset, "units", wanted.list.units, diagnostics);
  if (wanted.list.standard_name != nullptr)
    expect_text(dataset, "standard_name", wanted.list.standard_name, diagnostics);
}

void check_dataset(const ObjectRef& group, const DatasetLayout& wanted, Diagnostics& diagnostics) {
  with_dataset(group, wanted.name, diagnostics, [&](const ObjectRef& dataset) {
    check_dataset(group, dataset, wanted, diagnostics);
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
