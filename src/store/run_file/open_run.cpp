#include "store/run_file/open_run.hpp"

#include "store/hdf5/attribute_reader.hpp"
#include "store/run_file/layout.hpp"

#include <tscollect/version.hpp>

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <utility>

namespace tscollect::store {

namespace {

/// Major and minor version; the minor one is -1 if it is not a number.
std::pair<std::string_view, int> split(std::string_view schema) {
  const std::size_t dot = std::min(schema.find('.'), schema.size());
  const char* const end = schema.data() + schema.size();
  int minor = 0;
  const auto [last, error] =
      std::from_chars(schema.data() + std::min(dot + 1, schema.size()), end, minor);
  return {schema.substr(0, dot), error == std::errc() && last == end ? minor : -1};
}

}  // namespace

FileHandle open_run(const std::string& name) {
  const ObjectRef file{H5I_INVALID_HID, name, "/"};
  const PropertiesHandle access = file_access_properties(file);
  return FileHandle(check_h5(H5Fopen(name.c_str(), H5F_ACC_RDONLY, access.get()), file, "open it"));
}

std::string read_schema(const ObjectRef& root) {
  std::string schema = read_text(root, layout::schema);
  if (schema.empty())
    throw ForeignFile(
        fmt::format("{}: /: is not a file of tscollect: it has no tscollect_schema", root.file));
  const auto [major, minor] = split(schema);
  if (major != split(schema_version).first || minor < 0)
    throw ForeignFile(
        fmt::format("{}: /: has schema {}, and this tscollect {} reads {}; use a tscollect of that "
                    "schema",
                    root.file, schema, version, schema_version));
  return schema;
}

bool is_newer_schema(std::string_view schema) {
  return split(schema).second > split(schema_version).second;
}

}  // namespace tscollect::store
