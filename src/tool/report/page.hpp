#pragma once

#include <string_view>

namespace tscollect::tool {

/// The page without what differs from run to run: {{title}} and {{data}} stand for that.
[[nodiscard]] std::string_view page_template();

}  // namespace tscollect::tool
