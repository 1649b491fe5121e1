#include "options/option_checks.hpp"

#include "base/files/text_file.hpp"
#include "options/host_list.hpp"
#include "table/device_filter.hpp"

#include <tscollect/source.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace tscollect::options {

CLI::Validator seconds_between(double least, double most) {
  return CLI::Validator(
      [least, most](const std::string& text) -> std::string {
        double seconds = 0;
        if (!CLI::detail::lexical_cast(text, seconds) || std::isnan(seconds))
          return fmt::format("'{}' is not a number of seconds", text);
        if (seconds < least || seconds > most)
          return fmt::format("{} s is not between {} and {:.0f} s", text, least, most);
        return {};
      },
      "");
}

CLI::Validator checked(std::function<std::string(const std::string&)> error_in) {
  return CLI::Validator(
      [error_in = std::move(error_in)](const std::string& text) { return error_in(text); }, "");
}

std::string error_in_sources(const std::string& list) {
  const auto names = select_sources(list);
  return names ? std::string() : names.error().message;
}

std::string error_in_expression(const std::string& expression) {
  try {
    const table::DeviceFilter filter(expression, {});
    return {};
  } catch (const std::invalid_argument& error) {
    constexpr std::string_view option =
        "--include-devices: ";  // replaced by CLI11 with the right one
    return std::string(std::string_view(error.what()).substr(option.size()));
  }
}

std::string error_in_label(const std::string& label) {
  const std::size_t equals = label.find('=');
  return equals == 0 || equals == std::string::npos ? fmt::format("'{}' is not KEY=VALUE", label)
                                                    : std::string();
}

std::string error_in_host_list(const std::string& list) {
  const auto hosts = expand_host_list(list);
  return hosts ? std::string() : hosts.error().message;
}

std::string error_in_config(const std::string& path) {
  constexpr std::size_t largest_config = std::size_t{1} << 20;
  const auto text = base::read_text_file(path, largest_config);
  return text ? std::string() : text.error().message;
}

}  // namespace tscollect::options
