#pragma once

#include <string>
#include <string_view>

namespace tscollect::tool {

/// A name as a cell of CSV (RFC 4180): control characters are spelled out, and a name that a
/// spreadsheet would take for a formula stands behind an apostrophe.
[[nodiscard]] std::string csv_cell(std::string_view name);

}  // namespace tscollect::tool
