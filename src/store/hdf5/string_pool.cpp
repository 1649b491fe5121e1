#include "store/hdf5/string_pool.hpp"

#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/hdf5/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace tscollect::store {

namespace {

/// After this many strings the pool starts again: memory must not grow with the number of hosts.
constexpr std::size_t most_known_texts = 4096;

TypeHandle string_type(const ObjectRef& node) {
  TypeHandle type(check_h5(H5Tcopy(H5T_C_S1), node, "create a string type"));
  check_h5(H5Tset_size(type.get(), H5T_VARIABLE), node, "make a string type variable");
  check_h5(H5Tset_cset(type.get(), H5T_CSET_UTF8), node, "make a string type UTF-8");
  return type;
}

SpaceHandle list_space(std::size_t count, const ObjectRef& node) {
  const hsize_t extent = count;
  return SpaceHandle(check_h5(H5Screate_simple(1, &extent, nullptr), node, "create a space"));
}

/// Chunked, so that finished references can be written. No filters: netCDF reads variable-length
/// texts with deflate, but cannot write them again (netcdf-c#2480).
PropertiesHandle list_properties(std::size_t count, const ObjectRef& node) {
  PropertiesHandle properties = dataset_properties(node);
  const hsize_t extent = count;
  check_h5(H5Pset_chunk(properties.get(), 1, &extent), node, "set the chunk shape");
  // HDF5 refuses variable-length strings with H5D_FILL_TIME_NEVER.
  check_h5(H5Pset_fill_time(properties.get(), H5D_FILL_TIME_IFSET), node, "set the fill time");
  return properties;
}

std::vector<const char*> pointers_to(std::span<const std::string> texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size());
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  return pointers;
}

}  // namespace

DatasetHandle StringPool::write(const ObjectRef& parent, const char* name,
                                std::span<const std::string> texts) {
  const TypeHandle type = string_type(parent);
  if (texts.empty()) {
    const PropertiesHandle plain = list_properties(1, parent);
    check_h5(H5Pset_layout(plain.get(), H5D_CONTIGUOUS), parent, "set the layout of no strings");
    return create_dataset(parent, name, type.get(), list_space(0, parent), plain);
  }
  std::vector<std::string> stored;
  std::ranges::transform(texts, std::back_inserter(stored), storable_text);
  const std::vector<Reference> elements = references(stored);
  const PropertiesHandle properties = list_properties(stored.size(), parent);
  DatasetHandle dataset =
      create_dataset(parent, name, type.get(), list_space(stored.size(), parent), properties);
  if (elements.empty()) {
    const std::vector<const char*> pointers = pointers_to(stored);
    if (H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()) < 0)
      throw_h5(parent, fmt::format("write {}", name));
    return dataset;
  }
  const hsize_t origin = 0;
  const auto chunk = std::as_bytes(std::span(elements));
  if (H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, &origin, chunk.size(), chunk.data()) < 0)
    throw_h5(parent, fmt::format("write {}", name));
  return dataset;
}

std::vector<StringPool::Reference> StringPool::references(std::span<const std::string> texts) {
  if (!form_is_known_) return {};
  std::set<std::string> unknown;
  for (const std::string& text : texts)
    if (!known_.contains(text)) unknown.insert(text);
  if (known_.size() + unknown.size() > most_known_texts) {
    known_.clear();
    unknown.insert(texts.begin(), texts.end());
  }
  if (!unknown.empty()) add({unknown.begin(), unknown.end()});
  if (!form_is_known_) return {};
  std::vector<Reference> found;
  found.reserve(texts.size());
  for (const std::string& text : texts) found.push_back(known_.at(text));
  return found;
}

void StringPool::add(const std::vector<std::string>& texts) {
  // HDF5 writes the strings to the heap while it writes this anonymous dataset, from which their
  // references are then read. The dataset is deleted when closed; the heap objects stay.
  const TypeHandle type = string_type(file_);
  const PropertiesHandle properties = list_properties(texts.size(), file_);
  const PropertiesHandle access(
      check_h5(H5Pcreate(H5P_DATASET_ACCESS), file_, "create dataset access properties"));
  // Without a chunk cache HDF5 writes it immediately.
  check_h5(H5Pset_chunk_cache(access.get(), 0, 0, H5D_CHUNK_CACHE_W0_DEFAULT), file_,
           "switch the chunk cache off");
  const DatasetHandle scratch(
      check_h5(H5Dcreate_anon(file_.id, type.get(), list_space(texts.size(), file_).get(),
                              properties.get(), access.get()),
               file_, "create a dataset of strings"));
  const std::vector<const char*> pointers = pointers_to(texts);
  check_h5(H5Dwrite(scratch.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()),
           file_, "write strings");
  const hsize_t origin = 0;
  hsize_t size = 0;
  check_h5(H5Dget_chunk_storage_size(scratch.get(), &origin, &size), file_, "look up strings");
  form_is_known_ = size == texts.size() * sizeof(Reference);
  if (!form_is_known_) return;
  std::vector<Reference> elements(texts.size());
  std::uint32_t filter_mask = 0;
#if H5_VERSION_GE(2, 0, 0)
  std::size_t capacity = elements.size() * sizeof(Reference);
  const herr_t status =
      H5Dread_chunk2(scratch.get(), H5P_DEFAULT, &origin, &filter_mask, elements.data(), &capacity);
#else
  const herr_t status =
      H5Dread_chunk(scratch.get(), H5P_DEFAULT, &origin, &filter_mask, elements.data());
#endif
  check_h5(status, file_, "read references to strings");
  for (std::size_t i = 0; i < texts.size(); ++i) known_.emplace(texts[i], elements[i]);
}

}  // namespace tscollect::store
