#pragma once

// Names in the file, shared by writer and reader; docs/file-format.md explains them.

#include <string_view>

namespace tscollect::store::layout {

inline constexpr const char* hosts_group = "hosts";
inline constexpr const char* host_table_group = "host_table";
inline constexpr const char* host_dimension = "host";
inline constexpr const char* time_dimension = "time";
inline constexpr const char* error_dimension = "error";
inline constexpr const char* gap_dimension = "gap";
inline constexpr const char* reset_dimension = "reset";
inline constexpr const char* phase_dimension = "phase";
inline constexpr const char* time_units = "nanoseconds since 1970-01-01";

// An array "vmstat" has the lists "vmstat_field", "vmstat_unit", "vmstat_kind".
inline constexpr std::string_view field_suffix = "_field";
inline constexpr std::string_view unit_suffix = "_unit";
inline constexpr std::string_view kind_suffix = "_kind";

// Root attributes. Each label or job id is a separate attribute with these prefixes.
inline constexpr std::string_view label_prefix = "label_";
inline constexpr std::string_view job_prefix = "job_";

// Root attributes of the command that tscollect-run ran while collecting.
inline constexpr const char* command_line = "command_line";
inline constexpr const char* command_host = "command_host";
inline constexpr const char* command_begin = "command_begin";
inline constexpr const char* command_end = "command_end";
inline constexpr const char* command_exit_status = "command_exit_status";

// Lists along "phase" in the root group.
inline constexpr const char* phase_begin = "phase_begin";
inline constexpr const char* phase_end = "phase_end";
inline constexpr const char* phase_host = "phase_host";
inline constexpr const char* phase_level = "phase_level";

// Attributes of a host's group.
inline constexpr const char* hostname = "hostname";
inline constexpr const char* sources = "sources";

// Attributes of an array.
inline constexpr const char* row_dimension = "row_dimension";
inline constexpr const char* row_name_field = "row_name_field";
inline constexpr const char* kernel_document = "kernel_document";
inline constexpr const char* long_name = "long_name";
inline constexpr const char* coordinates = "coordinates";
inline constexpr const char* excluded = "excluded";
inline constexpr const char* uint64_columns = "uint64_columns";
inline constexpr const char* fill_value = "_FillValue";

// Attributes of a field scale, from which the reader restores the field descriptions.
inline constexpr const char* width_bits = "width_bits";
inline constexpr const char* integer_fields = "integer_fields";

}  // namespace tscollect::store::layout
