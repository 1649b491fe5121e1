#include "fuzz/hdf5_changes.hpp"

#include "fuzz/hdf5_names.hpp"
#include "store/hdf5/hdf5_handle.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace tscollect::fuzz {

namespace {

using namespace store;

/// The input, byte by byte; zeros when it has ended.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool at_end() const { return at_ >= bytes_.size(); }
  std::uint8_t byte() { return at_end() ? 0 : bytes_[at_++]; }
  template <class List>
  const auto& of(const List& list) {
    return list[byte() % list.size()];
  }
  /// A number that is likely to be of interest.
  std::uint64_t number() {
    static constexpr std::array<std::uint64_t, 14> numbers = {
        0, 1, 2, 3, 4, 5, 7, 100, 4096, 1U << 16, 1U << 24, 1ULL << 32, 1ULL << 62, ~0ULL >> 1};
    return of(numbers);
  }
  std::string text() {
    std::string text;
    for (std::size_t length = byte() % 24; length > 0; --length) text += static_cast<char>(byte());
    return text;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

/// Types of elements; the strings among them last.
TypeHandle type_of(Choices& choices) {
  const std::array<hid_t, 9> plain = {H5T_STD_I64LE, H5T_IEEE_F64LE,  H5T_STD_I64BE,
                                      H5T_STD_U64LE, H5T_STD_I32LE,   H5T_IEEE_F32LE,
                                      H5T_STD_I8LE,  H5T_STD_REF_OBJ, H5T_STD_B64LE};
  const std::uint8_t which = choices.byte() % 16;
  if (which < plain.size()) return store::TypeHandle(H5Tcopy(plain[which]));
  store::TypeHandle type(H5Tcopy(H5T_C_S1));
  if (which < 13)
    H5Tset_size(type.get(), H5T_VARIABLE);
  else if (which < 15)
    H5Tset_size(type.get(), choices.byte() + 1U);
  else
    return store::TypeHandle(H5Tvlen_create(H5T_STD_REF_OBJ));
  return type;
}

store::SpaceHandle space_of(Choices& choices, bool small) {
  const std::uint8_t rank = choices.byte() % 5;
  if (rank == 4)
    return store::SpaceHandle(H5Screate(choices.byte() % 2 != 0 ? H5S_SCALAR : H5S_NULL));
  std::array<hsize_t, 4> extent{};
  for (std::uint8_t i = 0; i < rank; ++i) {
    extent[i] = choices.number();
    if (small) extent[i] = std::min<hsize_t>(extent[i], 8);
  }
  return store::SpaceHandle(H5Screate_simple(rank, extent.data(), nullptr));
}

/// Values for `count` elements of that type; the caller's vectors keep what they point to.
struct Elements {
  std::vector<std::uint8_t> bytes;
  std::vector<std::string> kept;
};

Elements elements_of(Choices& choices, const store::TypeHandle& type, std::size_t count) {
  Elements elements;
  const std::size_t size = H5Tget_size(type.get());
  elements.bytes.resize(count * size);
  elements.kept.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint8_t* cell = elements.bytes.data() + i * size;
    if (H5Tget_class(type.get()) == H5T_STRING) {
      elements.kept.push_back(choices.byte() % 4 == 0 ? choices.text() : choices.of(texts));
      const char* text = elements.kept.back().c_str();
      if (H5Tis_variable_str(type.get()) > 0)
        std::copy_n(reinterpret_cast<const std::uint8_t*>(&text), sizeof text, cell);
      else
        std::copy_n(text, std::min(size, elements.kept.back().size()), cell);
    } else if (H5Tget_class(type.get()) != H5T_VLEN) {
      std::uint64_t number = choices.number();
      if (choices.byte() % 4 == 0) number = ~number;
      std::copy_n(reinterpret_cast<const std::uint8_t*>(&number), std::min(size, sizeof number),
                  cell);
    }
  }
  return elements;
}

/// How many elements, if they are few. HDF5's own count wraps around at 2^64.
std::optional<std::size_t> count_of(const store::SpaceHandle& space) {
  constexpr hsize_t most = 4096;
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) return 0;
  std::array<hsize_t, H5S_MAX_RANK> extent{};
  const int rank = H5Sget_simple_extent_dims(space.get(), extent.data(), nullptr);
  hsize_t count = 1;
  for (int i = 0; i < rank; ++i) {
    const hsize_t length = extent[static_cast<std::size_t>(i)];
    if (length > most) return std::nullopt;
    count *= length;
    if (count > most) return std::nullopt;
  }
  return static_cast<std::size_t>(count);
}

store::PropertiesHandle storage_of(Choices& choices, const store::SpaceHandle& space) {
  store::PropertiesHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = std::max(0, H5Sget_simple_extent_ndims(space.get()));
  for (int i = 0; i < rank; ++i) chunk[static_cast<std::size_t>(i)] = 1 + choices.byte() % 8;
  switch (choices.byte() % 6) {
    case 0: H5Pset_layout(properties.get(), H5D_COMPACT); break;
    case 1: H5Pset_external(properties.get(), "/etc/hostname", 0, H5F_UNLIMITED); break;
    case 2:
      H5Pset_virtual(properties.get(), space.get(), "/etc/hostname", "/x", space.get());
      break;
    case 3: H5Pset_chunk(properties.get(), rank, chunk.data()); break;
    case 4:
      H5Pset_chunk(properties.get(), rank, chunk.data());
      H5Pset_shuffle(properties.get());
      H5Pset_deflate(properties.get(), 6);
      break;
    default: break;  // contiguous
  }
  return properties;
}

/// Not into other files, and not through a mapping, which HDF5 works out cell by cell in memory.
bool holds_its_cells(const store::DatasetHandle& dataset) {
  const store::PropertiesHandle properties(H5Dget_create_plist(dataset.get()));
  return H5Pget_external_count(properties.get()) == 0 &&
         H5Pget_layout(properties.get()) != H5D_VIRTUAL;
}

void replace_dataset(hid_t file, Choices& choices) {
  const char* path = choices.of(paths);
  const store::TypeHandle type = type_of(choices);
  const store::SpaceHandle space = space_of(choices, choices.byte() % 4 != 0);
  const store::PropertiesHandle properties = storage_of(choices, space);
  H5Ldelete(file, path, H5P_DEFAULT);
  const store::DatasetHandle dataset(
      H5Dcreate2(file, path, type.get(), space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  if (dataset.get() < 0 || !holds_its_cells(dataset)) return;
  const std::size_t count = count_of(space).value_or(0);
  if (count == 0) return;
  const Elements elements = elements_of(choices, type, count);
  H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, elements.bytes.data());
}

void write_cells(hid_t file, Choices& choices) {
  const store::DatasetHandle dataset(H5Dopen2(file, choices.of(paths), H5P_DEFAULT));
  if (dataset.get() < 0 || !holds_its_cells(dataset)) return;
  const store::TypeHandle type(H5Dget_type(dataset.get()));
  const store::SpaceHandle space(H5Dget_space(dataset.get()));
  const std::size_t count = count_of(space).value_or(0);
  if (count == 0) return;
  const Elements elements = elements_of(choices, type, count);
  H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, elements.bytes.data());
}

void replace_attribute(hid_t file, Choices& choices) {
  const store::ObjectHandle object(H5Oopen(file, choices.of(paths), H5P_DEFAULT));
  const char* name = choices.of(attributes);
  if (object.get() < 0) return;
  H5Adelete(object.get(), name);
  const store::TypeHandle type = type_of(choices);
  const store::SpaceHandle space = space_of(choices, choices.byte() % 8 != 0);
  const auto count = count_of(space);
  if (!count) return;  // HDF5 holds an attribute in memory as it creates it
  const store::AttributeHandle attribute(
      H5Acreate2(object.get(), name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
  if (attribute.get() < 0 || *count == 0) return;
  const Elements elements = elements_of(choices, type, *count);
  H5Awrite(attribute.get(), type.get(), elements.bytes.data());
}

/// Small in the file and large where it is read: a list of devices of which all names are one text,
/// and an attribute that names lists beside it again and again.
void blow_up(hid_t file, Choices& choices) {
  constexpr hsize_t most = 1U << 16U;
  const hsize_t rows = std::min<hsize_t>(choices.number(), most);
  const std::string text(std::min<std::uint64_t>(choices.number(), most), 'x');
  const store::GroupHandle host(H5Gopen2(file, "/hosts/a", H5P_DEFAULT));
  if (host.get() < 0) return;
  const store::TypeHandle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), H5T_VARIABLE);
  const store::SpaceHandle space(H5Screate_simple(1, &rows, nullptr));
  H5Ldelete(host.get(), "disk", H5P_DEFAULT);
  const store::DatasetHandle disk(H5Dcreate2(host.get(), "disk", type.get(), space.get(),
                                             H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  const std::vector<const char*> names(rows, text.c_str());
  if (rows > 0 && rows * text.size() < most)
    H5Dwrite(disk.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, names.data());
  std::string list;
  const std::string_view name = choices.of(std::array{"disk_major ", "disk_a disk_b ", "disk_ "});
  const std::uint64_t length = std::min<std::uint64_t>(choices.number(), 60'000);
  while (list.size() + name.size() < length) list += name;
  const store::DatasetHandle array(H5Dopen2(host.get(), "diskstats", H5P_DEFAULT));
  if (array.get() < 0) return;
  H5Adelete(array.get(), "coordinates");
  const store::TypeHandle fixed(H5Tcopy(H5T_C_S1));
  H5Tset_size(fixed.get(), list.size() + 1);
  const store::SpaceHandle scalar(H5Screate(H5S_SCALAR));
  const store::AttributeHandle attribute(
      H5Acreate2(array.get(), "coordinates", fixed.get(), scalar.get(), H5P_DEFAULT, H5P_DEFAULT));
  if (attribute.get() >= 0) H5Awrite(attribute.get(), fixed.get(), list.c_str());
}

void bend_link(hid_t file, Choices& choices) {
  const std::uint8_t how = choices.byte() % 6;
  const char* from = choices.of(paths);
  const char* to = choices.of(paths);
  if (how != 0) H5Ldelete(file, to, H5P_DEFAULT);
  switch (how) {
    case 0: H5Ldelete(file, from, H5P_DEFAULT); break;
    case 1: H5Lcreate_soft(from, file, to, H5P_DEFAULT, H5P_DEFAULT); break;
    case 2: H5Lcreate_external("/etc/hostname", from, file, to, H5P_DEFAULT, H5P_DEFAULT); break;
    case 3: H5Lmove(file, from, file, to, H5P_DEFAULT, H5P_DEFAULT); break;
    default: H5Lcreate_hard(file, from, file, to, H5P_DEFAULT, H5P_DEFAULT); break;
  }
}

}  // namespace

void change(const std::string& path, std::span<const std::uint8_t> bytes) {
  const store::QuietErrors quiet;
  const store::FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  Choices choices(bytes);
  constexpr int most_changes = 12;
  constexpr std::uint8_t to_blow_up = 0xff;
  for (int i = 0; i < most_changes && !choices.at_end(); ++i) {
    const std::uint8_t how = choices.byte();
    switch (how == to_blow_up ? 5 : how % 5) {
      case 0: bend_link(file.get(), choices); break;
      case 5: blow_up(file.get(), choices); break;
      case 1: replace_dataset(file.get(), choices); break;
      case 2: write_cells(file.get(), choices); break;
      default: replace_attribute(file.get(), choices); break;
    }
  }
}

}  // namespace tscollect::fuzz
