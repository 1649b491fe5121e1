#pragma once

#include <string_view>

namespace tscollect::tool {

/// The page without the data of a run: {{title}} and {{data}} are placeholders.
[[nodiscard]] std::string_view page_template();

}  // namespace tscollect::tool
