#pragma once

#include <string>
#include <string_view>

namespace tscollect::store {

/// The text as HDF5 and netCDF can store it: valid UTF-8 without NUL. Every other byte (of /proc, a
/// label or a host name) is replaced by U+FFFD.
[[nodiscard]] std::string storable_text(std::string_view text);

/// A name for a link or an attribute. '/', '%', control characters and bytes beyond ASCII become
/// %XX, and so do "." and "..", which HDF5 reads as paths. The empty name becomes "%". Different
/// names stay different.
[[nodiscard]] std::string escape_name(std::string_view name);

/// Reverses escape_name(). A '%' without two hexadecimal digits after it is kept.
[[nodiscard]] std::string unescape_name(std::string_view escaped);

}  // namespace tscollect::store
