#include "base/process/host_name.hpp"

#include <array>
#include <climits>
#include <unistd.h>

namespace tscollect::base {

std::string this_host() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string lower_case(std::string_view host) {
  std::string text(host);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string_view without_domain(std::string_view host) { return host.substr(0, host.find('.')); }

bool has_domain(std::string_view host) { return host.find('.') != std::string_view::npos; }

bool are_similar_hosts(std::string_view one, std::string_view other) {
  return has_domain(one) != has_domain(other) &&
         lower_case(without_domain(one)) == lower_case(without_domain(other));
}

}  // namespace tscollect::base
