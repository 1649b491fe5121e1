#pragma once

#include <string>
#include <string_view>

namespace tscollect::base {

/// This host's, from gethostname(); empty if there is none.
[[nodiscard]] std::string this_host();

/// Host names do not distinguish upper and lower case (RFC 4343).
[[nodiscard]] std::string lower_case(std::string_view host);

/// "node01" of "node01.cluster.example".
[[nodiscard]] std::string_view without_domain(std::string_view host);
[[nodiscard]] bool has_domain(std::string_view host);

/// Whether one is the other without its domain; names with different domains are not similar.
[[nodiscard]] bool are_similar_hosts(std::string_view one, std::string_view other);

}  // namespace tscollect::base
