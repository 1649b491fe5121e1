#pragma once

// Names in the file that are used by themselves. run_layout.hpp and host_layout.hpp describe what
// belongs to them; docs/file-format.md explains it.

#include <string_view>

namespace tscollect::store::layout {

inline constexpr const char* hosts_group = "hosts";
inline constexpr const char* host_table_group = "host_table";
inline constexpr const char* time_dimension = "time";
inline constexpr const char* time_units = "nanoseconds since 1970-01-01";

// Root attributes. Each label or job id is a separate attribute with these prefixes.
inline constexpr std::string_view conventions = "CF-1.10";
inline constexpr const char* schema = "tscollect_schema";
inline constexpr const char* history = "history";
inline constexpr const char* command_begin = "command_begin";
inline constexpr std::string_view label_prefix = "label_";
inline constexpr std::string_view job_prefix = "job_";

// Attributes of a host's group.
inline constexpr const char* hostname = "hostname";
inline constexpr const char* sources = "sources";

// Attributes of an array.
inline constexpr const char* row_dimension = "row_dimension";
inline constexpr const char* row_name_field = "row_name_field";
inline constexpr const char* coordinates = "coordinates";
inline constexpr const char* fill_value = "_FillValue";

// Attributes of a field scale, from which the reader restores the field descriptions.
inline constexpr const char* width_bits = "width_bits";
inline constexpr const char* integer_fields = "integer_fields";

}  // namespace tscollect::store::layout
