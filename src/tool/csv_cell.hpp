#pragma once

#include <string>
#include <string_view>

namespace tscollect::tool {

/// A name as a CSV cell (RFC 4180): control characters are escaped, and a name that a spreadsheet
/// would treat as a formula is preceded by an apostrophe.
[[nodiscard]] std::string csv_cell(std::string_view name);

}  // namespace tscollect::tool
