#include "store/run_file/layout_check.hpp"

#include "store/hdf5/attribute_reader.hpp"
#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_reader.hpp"
#include "store/hdf5/dataset_writer.hpp"

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
  if (H5Tequal(type.get(), dimension_list_type(dataset).get()) <= 0)
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
                      const std::vector<std::string>& scales) {
  const std::vector<hobj_ref_t> references = references_of(dataset, scales.size());
  for (std::size_t i = 0; i < scales.size(); ++i)
    if (!has_link(group, scales[i]) || references[i] != reference_to(group, scales[i].c_str()))
      report(dataset, "dimension-scale", "dimension {} is not attached to {}", i, scales[i]);
}

/// Checks byte order, fill value, chunks and filters.
void check_storage(const ObjectRef& dataset, ValueType type) {
  const TypeHandle stored(check_h5(H5Dget_type(dataset.id), dataset, "read a type"));
  const bool real = type == ValueType::real;
  if (H5Tequal(stored.get(), real ? H5T_IEEE_F64LE : H5T_STD_I64LE) <= 0)
    report(dataset, "storage", "is not of little-endian 64-bit {}", real ? "reals" : "integers");
  const SpaceHandle space(check_h5(H5Dget_space(dataset.id), dataset, "read a space"));
  const PropertiesHandle properties(
      check_h5(H5Dget_create_plist(dataset.id), dataset, "read a dataset's properties"));
  if (!fills_with_missing(properties, type, dataset))
    report(dataset, "storage", "has another fill value than that of missing cells");
  // Without elements it is not chunked.
  if (H5Sget_simple_extent_npoints(space.get()) == 0) return;
  const std::array<H5Z_filter_t, 2> wanted = {H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE};
  if (H5Pget_layout(properties.get()) != H5D_CHUNKED)
    report(dataset, "storage", "is not in chunks");
  else if (const auto found = filters_of(properties, dataset); !std::ranges::equal(found, wanted))
    report(dataset, "storage", "has the filters [{}] instead of shuffle and deflate",
           fmt::join(found, ", "));
}

}  // namespace

void guarded(const ObjectRef& object, std::string_view rule, const std::function<void()>& check) {
  if (object.diagnostics == nullptr) return;
  try {
    check();
  } catch (const StoreError& error) {
    object.diagnostics->add_store_error(rule, object.file, object.path, error);
  }
}

void expect_text(const ObjectRef& object, const char* attribute, std::string_view wanted) {
  guarded(object, "attribute", [&] {
    if (const std::string found = read_text(object, attribute); found.empty())
      report(object, "attribute", "has no attribute {}", attribute);
    else if (found != wanted)
      report(object, "attribute", "has the {} '{}' instead of '{}'", attribute, found, wanted);
  });
}

void check_dataset(const ObjectRef& group, const DatasetLayout& wanted) {
  if (group.diagnostics == nullptr) return;
  const DatasetHandle opened(
      check_h5(H5Dopen2(group.id, wanted.name.c_str(), H5P_DEFAULT), group, "open a dataset"));
  const std::string path = fmt::format("{}/{}", group.path == "/" ? "" : group.path, wanted.name);
  const ObjectRef dataset = group.inner(opened.get(), path);
  if (wanted.scales.front() == wanted.name) {
    expect_text(dataset, "CLASS", "DIMENSION_SCALE");
    expect_text(dataset, "NAME", wanted.name);
  } else {
    guarded(dataset, "dimension-scale", [&] { check_dimensions(group, dataset, wanted.scales); });
  }
  if (wanted.array) guarded(dataset, "storage", [&] { check_storage(dataset, *wanted.array); });
  if (wanted.list.units != nullptr) expect_text(dataset, "units", wanted.list.units);
  if (wanted.list.standard_name != nullptr)
    expect_text(dataset, "standard_name", wanted.list.standard_name);
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
