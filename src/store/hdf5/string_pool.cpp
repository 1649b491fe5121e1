#include "store/hdf5/string_pool.hpp"

#include "store/hdf5/attribute_writer.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/hdf5/text.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <set>

namespace tscollect::store {

namespace {

/// Beyond this many strings the pool starts anew: memory must not grow with the number of hosts.
constexpr std::size_t most_known = 4096;

constexpr int string_deflate_level = 6;

/// Below this many elements the filters cost more bytes than they save.
constexpr std::size_t fewest_filtered = 8;

TypeHandle string_type(const Node& node) {
  TypeHandle type(check_h5(H5Tcopy(H5T_C_S1), node, "create a string type"));
  check_h5(H5Tset_size(type.get(), H5T_VARIABLE), node, "make a string type variable");
  check_h5(H5Tset_cset(type.get(), H5T_CSET_UTF8), node, "make a string type UTF-8");
  return type;
}

SpaceHandle list_space(std::size_t count, const Node& node) {
  const hsize_t extent = count;
  return SpaceHandle(check_h5(H5Screate_simple(1, &extent, nullptr), node, "create a space"));
}

PropertiesHandle list_properties(std::size_t count, const Node& node) {
  PropertiesHandle properties = dataset_properties(node);
  const hsize_t extent = count;
  check_h5(H5Pset_chunk(properties.get(), 1, &extent), node, "set the chunk shape");
  // HDF5 refuses strings that are never filled.
  check_h5(H5Pset_fill_time(properties.get(), H5D_FILL_TIME_IFSET), node, "set the fill time");
  return properties;
}

/// As add_filters(), for which HDF5 does not work out the size of a variable-length element.
void add_reference_filters(hid_t properties, unsigned size, const Node& node) {
  check_h5(H5Pset_filter(properties, H5Z_FILTER_SHUFFLE, H5Z_FLAG_OPTIONAL, 1, &size), node,
           "add the shuffle filter");
  check_h5(H5Pset_deflate(properties, string_deflate_level), node, "add the deflate filter");
}

/// HDF5's shuffle and deflate filters on one chunk: the same byte of all elements side by side.
template <class Element>
std::vector<std::byte> filtered(std::span<const Element> elements, const Node& node) {
  const auto bytes = std::as_bytes(elements);
  std::vector<std::byte> shuffled;
  shuffled.reserve(bytes.size());
  for (std::size_t plane = 0; plane < sizeof(Element); ++plane)
    for (std::size_t at = plane; at < bytes.size(); at += sizeof(Element))
      shuffled.push_back(bytes[at]);
  uLongf size = compressBound(static_cast<uLong>(shuffled.size()));
  std::vector<std::byte> out(size);
  const int status = compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                               reinterpret_cast<const Bytef*>(shuffled.data()),
                               static_cast<uLong>(shuffled.size()), string_deflate_level);
  if (status != Z_OK) throw_at(node, fmt::format("zlib: deflate failed ({})", status));
  out.resize(size);
  return out;
}

}  // namespace

DatasetHandle StringPool::write(const Node& parent, const char* name,
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
  const PropertiesHandle properties = list_properties(elements.size(), parent);
  const bool is_filtered = elements.size() >= fewest_filtered;
  if (is_filtered) add_reference_filters(properties.get(), sizeof(Reference), parent);
  DatasetHandle dataset =
      create_dataset(parent, name, type.get(), list_space(elements.size(), parent), properties);
  const hsize_t origin = 0;
  const auto bytes = std::as_bytes(std::span(elements));
  const std::vector<std::byte> chunk = is_filtered
                                           ? filtered<Reference>(elements, parent)
                                           : std::vector<std::byte>(bytes.begin(), bytes.end());
  if (H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, &origin, chunk.size(), chunk.data()) < 0)
    throw_h5(parent, fmt::format("write {}", name));
  return dataset;
}

std::vector<StringPool::Reference> StringPool::references(std::span<const std::string> texts) {
  std::set<std::string> unknown;
  for (const std::string& text : texts)
    if (!known_.contains(text)) unknown.insert(text);
  if (known_.size() + unknown.size() > most_known) {
    known_.clear();
    unknown.insert(texts.begin(), texts.end());
  }
  if (!unknown.empty()) add({unknown.begin(), unknown.end()});
  std::vector<Reference> found;
  found.reserve(texts.size());
  for (const std::string& text : texts) found.push_back(known_.at(text));
  return found;
}

void StringPool::add(const std::vector<std::string>& texts) {
  // HDF5 puts the strings into the heap while it writes this nameless dataset, which then shows
  // where they are. It vanishes when closed; heap objects stay until the file is rewritten.
  const TypeHandle type = string_type(file_);
  const PropertiesHandle properties = list_properties(texts.size(), file_);
  const PropertiesHandle access(
      check_h5(H5Pcreate(H5P_DATASET_ACCESS), file_, "create dataset access properties"));
  // Without a chunk cache it is written at once.
  check_h5(H5Pset_chunk_cache(access.get(), 0, 0, H5D_CHUNK_CACHE_W0_DEFAULT), file_,
           "switch the chunk cache off");
  const DatasetHandle scratch(
      check_h5(H5Dcreate_anon(file_.id, type.get(), list_space(texts.size(), file_).get(),
                              properties.get(), access.get()),
               file_, "create a dataset of strings"));
  std::vector<const char*> pointers;
  pointers.reserve(texts.size());
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  check_h5(H5Dwrite(scratch.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()),
           file_, "write strings");
  const hsize_t origin = 0;
  hsize_t size = 0;
  check_h5(H5Dget_chunk_storage_size(scratch.get(), &origin, &size), file_, "look up strings");
  if (size != texts.size() * sizeof(Reference))
    throw_at(file_, "HDF5 stores references to strings in an unknown form");
  std::vector<Reference> elements(texts.size());
  std::uint32_t filter_mask = 0;
  check_h5(H5Dread_chunk(scratch.get(), H5P_DEFAULT, &origin, &filter_mask, elements.data()), file_,
           "read references to strings");
  for (std::size_t i = 0; i < texts.size(); ++i) known_.emplace(texts[i], elements[i]);
}

}  // namespace tscollect::store
