#pragma once

#include <string>
#include <string_view>

namespace tscollect::store {

/// The text as HDF5 and netCDF can hold it: valid UTF-8 without NUL. Whatever else /proc, a label
/// or a host name brought along is replaced by U+FFFD, byte by byte.
[[nodiscard]] std::string storable_text(std::string_view text);

/// A name for a link or an attribute: '/', '%', control characters and bytes beyond ASCII as %XX,
/// and so "." and "..", which HDF5 reads as paths. The empty name is "%". No two names meet.
[[nodiscard]] std::string escape_name(std::string_view name);

/// Undoes escape_name. A '%' that no two hexadecimal digits follow stays as it is.
[[nodiscard]] std::string unescape_name(std::string_view escaped);

}  // namespace tscollect::store
