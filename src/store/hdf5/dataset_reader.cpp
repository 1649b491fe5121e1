#include "store/hdf5/dataset_reader.hpp"

#include "store/hdf5/attribute_reader.hpp"
#include "store/run_file/layout_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

namespace tscollect::store {

namespace {

/// Deflate compresses to no less than 1/1032. Chunks that are left out add at most about ten times
/// the bytes of those present; with more of them the chunks are short, and the size of their index
/// dominates.
constexpr std::uint64_t most_compression = 16384;

/// The longest chunks of the writer hold 4,096 samples of a device's fields.
constexpr std::uint64_t longest_chunk_bytes = std::uint64_t{16} << 20U;

/// Memory for the texts of a list that HDF5 reads. It is owned here, so that it is freed if reading
/// fails midway.
class TextArena {
 public:
  explicit TextArena(std::uint64_t most_bytes) : left_(most_bytes) {}

  static void* take(std::size_t size, void* arena) noexcept {
    return static_cast<TextArena*>(arena)->allocate(size);
  }
  static void give_back(void* /*text*/, void* /*arena*/) noexcept {}

  [[nodiscard]] bool is_full() const noexcept { return full_; }
  [[nodiscard]] std::uint64_t left() const noexcept { return left_; }

 private:
  void* allocate(std::size_t size) noexcept {
    // Each text is copied, and is a separate allocation.
    const std::uint64_t cost = 2 * (std::uint64_t{size} + text_overhead);
    full_ = full_ || cost > left_;
    if (full_) return nullptr;
    left_ -= cost;
    try {
      return pieces_.emplace_back(std::make_unique<char[]>(size)).get();
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }

  static constexpr std::uint64_t text_overhead = 32;

  std::vector<std::unique_ptr<char[]>> pieces_;
  std::uint64_t left_;
  bool full_ = false;
};

std::string_view class_name(H5T_class_t type_class) {
  if (type_class == H5T_INTEGER) return "64-bit integers";
  if (type_class == H5T_FLOAT) return "64-bit reals";
  return "variable-length strings";
}

bool is_wanted(const TypeHandle& type, H5T_class_t wanted) {
  if (H5Tget_class(type.get()) != wanted) return false;
  if (wanted == H5T_STRING) return H5Tis_variable_str(type.get()) > 0;
  return H5Tget_size(type.get()) == sizeof(std::int64_t);
}

/// A chunk is read completely, even if only a small part of it lies in the array.
void check_chunk(const ObjectRef& parent, const std::string& name,
                 const PropertiesHandle& properties) {
  std::array<hsize_t, H5S_MAX_RANK> extent{};
  const int rank = check_h5(H5Pget_chunk(properties.get(), H5S_MAX_RANK, extent.data()), parent,
                            "read a chunk's shape");
  std::uint64_t elements = 1;
  constexpr std::uint64_t limit = longest_chunk_bytes / sizeof(std::int64_t);
  for (int i = 0; i < rank; ++i)
    if (__builtin_mul_overflow(elements, extent[static_cast<std::size_t>(i)], &elements) ||
        elements > limit)
      throw_at(parent, fmt::format("{} claims chunks of more than {} MiB", name,
                                   longest_chunk_bytes >> 20U));
}

/// The writer never stores data in other files or in virtual datasets.
void check_storage(const ObjectRef& parent, const std::string& name, hid_t dataset) {
  const PropertiesHandle properties(
      check_h5(H5Dget_create_plist(dataset), parent, "read a dataset's properties"));
  const H5D_layout_t kind = H5Pget_layout(properties.get());
  const bool inside = kind == H5D_COMPACT || kind == H5D_CONTIGUOUS || kind == H5D_CHUNKED;
  if (!inside || H5Pget_external_count(properties.get()) != 0)
    throw_at(parent, fmt::format("{} keeps its data outside of the file", name));
  if (kind == H5D_CHUNKED) check_chunk(parent, name, properties);
}

/// Size of an array in the file, including its index of chunks.
std::uint64_t stored_bytes(const ObjectRef& parent, const OpenDataset& dataset) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_native_info_t info{};
  check_h5(H5Oget_native_info(dataset.handle.get(), &info, H5O_NATIVE_INFO_META_SIZE), parent,
           "look up an array's size");
#else
  H5O_info_t info{};
  check_h5(H5Oget_info2(dataset.handle.get(), &info, H5O_INFO_META_SIZE), parent,
           "look up an array's size");
#endif
  return H5Dget_storage_size(dataset.handle.get()) + info.meta_size.obj.index_size;
}

void check_size(const ObjectRef& parent, const std::string& name, const OpenDataset& dataset) {
  if (dataset.count == 0) return;
  const std::uint64_t stored = stored_bytes(parent, dataset);
  const std::uint64_t limit = file_bytes(parent);
  if (stored > limit || dataset.count > stored * most_compression / sizeof(std::int64_t))
    throw_at(parent, fmt::format("{} claims {} elements, more than the file can hold", name,
                                 dataset.count));
}

void read_shape(const ObjectRef& parent, const std::string& name, std::size_t rank,
                OpenDataset& dataset) {
  const SpaceHandle space(
      check_h5(H5Dget_space(dataset.handle.get()), parent, "read a dataset's space"));
  const int found = check_h5(H5Sget_simple_extent_ndims(space.get()), parent, "read a rank");
  if (static_cast<std::size_t>(found) != rank)
    throw_at(parent, fmt::format("{} has {} dimensions instead of {}", name, found, rank));
  std::vector<hsize_t> extent(rank);
  check_h5(H5Sget_simple_extent_dims(space.get(), extent.data(), nullptr), parent,
           "read a dataset's shape");
  dataset.shape.assign(extent.begin(), extent.end());
  dataset.count = 1;
  for (const std::uint64_t length : dataset.shape)
    if (__builtin_mul_overflow(dataset.count, length, &dataset.count))
      throw_at(parent, fmt::format("{} claims more elements than can be counted", name));
}

DatasetHandle open_handle(const ObjectRef& parent, const std::string& name) {
  check_link(parent, name);
  const hid_t dataset = H5Dopen2(parent.id, name.c_str(), H5P_DEFAULT);
  if (dataset < 0) throw_h5(parent, fmt::format("open {}", name));
  return DatasetHandle(dataset);
}

TypeHandle type_of(const ObjectRef& parent, const DatasetHandle& dataset) {
  return TypeHandle(check_h5(H5Dget_type(dataset.get()), parent, "read a dataset's type"));
}

}  // namespace

bool has_link(const ObjectRef& parent, const std::string& name) {
  return check_h5(H5Lexists(parent.id, name.c_str(), H5P_DEFAULT), parent, "look for an object") >
         0;
}

void check_link(const ObjectRef& parent, const std::string& name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
    throw_at(parent, fmt::format("'{}' is not the name of an object", name));
  if (!has_link(parent, name)) {
    report(parent, "missing-object", "has no {}", name);
    throw_at(parent, fmt::format("has no {}", name));
  }
  H5L_info_t info{};
  check_h5(H5Lget_info(parent.id, name.c_str(), &info, H5P_DEFAULT), parent, "read a link");
  if (info.type != H5L_TYPE_HARD) throw_at(parent, fmt::format("{} is a link elsewhere", name));
}

GroupHandle open_group(const ObjectRef& parent, const std::string& name) {
  check_link(parent, name);
  const hid_t group = H5Gopen2(parent.id, name.c_str(), H5P_DEFAULT);
  if (group < 0) throw_h5(parent, fmt::format("open group {}", name));
  return GroupHandle(group);
}

OpenDataset open_dataset(const ObjectRef& parent, const std::string& name, H5T_class_t type_class,
                         std::size_t rank) {
  OpenDataset dataset;
  dataset.handle = open_handle(parent, name);
  if (!is_wanted(type_of(parent, dataset.handle), type_class))
    throw_at(parent, fmt::format("{} does not hold {}", name, class_name(type_class)));
  read_shape(parent, name, rank, dataset);
  check_storage(parent, name, dataset.handle.get());
  check_size(parent, name, dataset);
  return dataset;
}

ValueType value_type_of(const ObjectRef& parent, const std::string& name) {
  const DatasetHandle dataset = open_handle(parent, name);
  const TypeHandle type = type_of(parent, dataset);
  if (is_wanted(type, H5T_INTEGER)) return ValueType::integer;
  if (is_wanted(type, H5T_FLOAT)) return ValueType::real;
  throw_at(parent, fmt::format("{} holds neither 64-bit integers nor 64-bit reals", name));
}

bool holds_strings(const ObjectRef& parent, const std::string& name) {
  return is_wanted(type_of(parent, open_handle(parent, name)), H5T_STRING);
}

void read_box(const ObjectRef& parent, const std::string& name, const OpenDataset& dataset,
              ValueType type, const Box& box, std::vector<std::int64_t>& values) {
  std::uint64_t count = 1;
  for (const std::uint64_t length : box.extent) count *= length;
  values.resize(count);
  if (count == 0) return;
  const std::vector<hsize_t> start(box.start.begin(), box.start.end());
  const std::vector<hsize_t> extent(box.extent.begin(), box.extent.end());
  const SpaceHandle in_file(
      check_h5(H5Dget_space(dataset.handle.get()), parent, "read a dataset's space"));
  check_h5(H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), nullptr, extent.data(),
                               nullptr),
           parent, "choose cells of an array");
  const SpaceHandle in_memory(
      check_h5(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), parent,
               "create the space of cells"));
  const hid_t memory = type == ValueType::real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
  if (H5Dread(dataset.handle.get(), memory, in_memory.get(), in_file.get(), H5P_DEFAULT,
              values.data()) < 0)
    throw_h5(parent, fmt::format("read {}", name));
}

std::vector<std::int64_t> read_list(const ObjectRef& parent, const std::string& name) {
  const OpenDataset dataset = open_dataset(parent, name, H5T_INTEGER, 1);
  charge(parent, name, dataset.count * sizeof(std::int64_t));
  std::vector<std::int64_t> values;
  read_box(parent, name, dataset, ValueType::integer, {{0}, dataset.shape}, values);
  return values;
}

std::vector<std::string> read_strings(const ObjectRef& parent, const std::string& name) {
  const OpenDataset dataset = open_dataset(parent, name, H5T_STRING, 1);
  if (dataset.count == 0) return {};
  charge(parent, name, dataset.count * (sizeof(char*) + sizeof(std::string)));
  const TypeHandle type = type_of(parent, dataset.handle);
  const std::uint64_t most_text =
      parent.budget != nullptr ? parent.budget->left() : ReadBudget(file_bytes(parent)).left();
  TextArena arena(most_text);
  const PropertiesHandle transfer(
      check_h5(H5Pcreate(H5P_DATASET_XFER), parent, "create transfer properties"));
  check_h5(H5Pset_vlen_mem_manager(transfer.get(), TextArena::take, &arena, TextArena::give_back,
                                   nullptr),
           parent, "set where texts go");
  std::vector<char*> pointers(dataset.count, nullptr);
  if (H5Dread(dataset.handle.get(), type.get(), H5S_ALL, H5S_ALL, transfer.get(), pointers.data()) <
      0) {
    if (arena.is_full()) throw_at(parent, fmt::format("{} claims too much text", name));
    throw_h5(parent, fmt::format("read {}", name));
  }
  charge(parent, name, most_text - arena.left());
  std::vector<std::string> texts;
  texts.reserve(pointers.size());
  for (const char* text : pointers) texts.emplace_back(text != nullptr ? text : "");
  return texts;
}

void check_length(const ObjectRef& parent, const std::string& name, std::size_t found,
                  std::size_t wanted) {
  if (found != wanted)
    throw_at(parent, fmt::format("{} has {} elements instead of {}", name, found, wanted));
}

}  // namespace tscollect::store
