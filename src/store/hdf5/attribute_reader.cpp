#include "store/hdf5/attribute_reader.hpp"

#include "base/files/real_size.hpp"

#include <fmt/format.h>

#include <cstring>

namespace tscollect::store {

namespace {

/// An open attribute with the results of its checks.
struct OpenAttribute {
  AttributeHandle attribute;
  TypeHandle type;
  SpaceHandle space;
  std::uint64_t count = 0;  ///< number of elements
};

[[noreturn]] void throw_wrong(const ObjectRef& node, const char* name, std::string_view what) {
  throw_at(node, fmt::format("attribute {} {}", name, what));
}

std::optional<OpenAttribute> open_attribute(const ObjectRef& node, const char* name,
                                            H5T_class_t wanted, std::string_view wanted_name) {
  if (!has_attribute(node, name)) return std::nullopt;
  OpenAttribute open;
  open.attribute =
      AttributeHandle(check_h5(H5Aopen(node.id, name, H5P_DEFAULT), node, "open an attribute"));
  open.type =
      TypeHandle(check_h5(H5Aget_type(open.attribute.get()), node, "read an attribute's type"));
  open.space =
      SpaceHandle(check_h5(H5Aget_space(open.attribute.get()), node, "read an attribute's space"));
  if (H5Tget_class(open.type.get()) != wanted)
    throw_wrong(node, name, fmt::format("is no {}", wanted_name));
  const auto count =
      check_h5(H5Sget_simple_extent_npoints(open.space.get()), node, "size an attribute");
  open.count = static_cast<std::uint64_t>(count);
  const std::uint64_t width = H5Tget_size(open.type.get());
  const std::uint64_t limit = file_bytes(node);
  if (width == 0 || width > limit || open.count > limit / width)
    throw_wrong(node, name, "claims to be larger than the file");
  return open;
}

void read_raw(const ObjectRef& node, const char* name, const OpenAttribute& open, hid_t type,
              void* out) {
  if (H5Aread(open.attribute.get(), type, out) < 0)
    throw_h5(node, fmt::format("read attribute {}", name));
}

std::vector<std::string> read_variable_texts(const ObjectRef& node, const char* name,
                                             const OpenAttribute& open) {
  // tscollect writes texts of fixed length, but netCDF copies lists with variable length. Each text
  // may be as long as the file, and all may refer to the same bytes; HDF5 cannot tell before it
  // allocates them.
  constexpr std::uint64_t most_bytes = std::uint64_t{1} << 30;
  if (open.count > 1 && open.count > most_bytes / file_bytes(node))
    throw_wrong(node, name,
                "is a list of texts of variable length, too long for a file of this size");
  std::vector<char*> pointers(open.count, nullptr);
  read_raw(node, name, open, open.type.get(), pointers.data());
  if (!pointers.empty() && pointers.front() != nullptr)
    charge(node, name, std::strlen(pointers.front()));
  std::vector<std::string> texts;
  texts.reserve(pointers.size());
  for (const char* text : pointers) texts.emplace_back(text != nullptr ? text : "");
  free_variable_length(open.type, open.space, pointers.data(), node);
  return texts;
}

/// The texts of fixed-length cells, each terminated by NUL or by the cell's end.
std::vector<std::string> split_cells(const std::vector<char>& cells, std::size_t count,
                                     std::size_t width) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    const char* cell = cells.data() + i * width;
    texts.emplace_back(cell, ::strnlen(cell, width));
  }
  return texts;
}

/// `memory`: HDF5 type of one number in memory.
template <class Number>
std::vector<Number> read_numbers(const ObjectRef& node, const char* name, H5T_class_t wanted,
                                 std::string_view wanted_name, hid_t memory) {
  const auto open = open_attribute(node, name, wanted, wanted_name);
  if (!open) return {};
  charge(node, name, open->count * sizeof(Number));
  std::vector<Number> values(open->count);
  if (!values.empty()) read_raw(node, name, *open, memory, values.data());
  return values;
}

template <class Number>
std::optional<Number> only_one(const ObjectRef& node, const char* name,
                               const std::vector<Number>& values) {
  if (values.empty()) return std::nullopt;
  if (values.size() > 1) throw_wrong(node, name, "has more than one value");
  return values.front();
}

}  // namespace

std::uint64_t file_bytes(const ObjectRef& node) {
  const FileHandle file(check_h5(H5Iget_file_id(node.id), node, "find the file"));
  void* descriptor = nullptr;
  check_h5(H5Fget_vfd_handle(file.get(), H5P_DEFAULT, &descriptor), node, "find the open file");
  return base::real_bytes(*static_cast<const int*>(descriptor));
}

void charge(const ObjectRef& node, std::string_view what, std::uint64_t bytes) {
  const bool paid =
      node.budget != nullptr ? node.budget->take(bytes) : ReadBudget(file_bytes(node)).take(bytes);
  if (!paid)
    throw_at(node, fmt::format("{} claims more memory than the file's size accounts for", what));
}

bool has_attribute(const ObjectRef& node, const char* name) {
  return check_h5(H5Aexists(node.id, name), node, "look for an attribute") > 0;
}

std::vector<std::string> read_texts(const ObjectRef& node, const char* name) {
  const auto open = open_attribute(node, name, H5T_STRING, "text");
  if (!open || open->count == 0) return {};
  if (check_h5(H5Tis_variable_str(open->type.get()), node, "read an attribute's type") > 0)
    return read_variable_texts(node, name, *open);
  const std::size_t width = H5Tget_size(open->type.get());
  charge(node, name, open->count * (2 * width + sizeof(std::string)));
  std::vector<char> cells(open->count * width);
  read_raw(node, name, *open, open->type.get(), cells.data());
  return split_cells(cells, open->count, width);
}

std::string read_text(const ObjectRef& node, const char* name) {
  return only_one(node, name, read_texts(node, name)).value_or("");
}

std::vector<std::int64_t> read_integers(const ObjectRef& node, const char* name) {
  return read_numbers<std::int64_t>(node, name, H5T_INTEGER, "integer", H5T_NATIVE_INT64);
}

std::optional<std::int64_t> read_integer(const ObjectRef& node, const char* name) {
  return only_one(node, name, read_integers(node, name));
}

std::optional<double> read_real(const ObjectRef& node, const char* name) {
  return only_one(node, name,
                  read_numbers<double>(node, name, H5T_FLOAT, "real number", H5T_NATIVE_DOUBLE));
}

std::vector<std::string> attribute_names(const ObjectRef& node) {
  const auto keep = [](hid_t, const char* name, const H5A_info_t*, void* out) noexcept -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  std::vector<std::string> names;
  check_h5(H5Aiterate2(node.id, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, keep, &names), node,
           "list the attributes");
  return names;
}

}  // namespace tscollect::store
