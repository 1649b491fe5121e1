#include "table/device_filter.hpp"

#include "base/text/printable.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <stdexcept>

namespace tscollect::table {

namespace {

/// Most memory for one expression; a larger one is refused.
constexpr std::int64_t most_bytes = std::int64_t{1} << 20;

bool finds(const RE2& expression, std::string_view name) {
  return RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), expression);
}

std::shared_ptr<const RE2> compile(std::string_view option, const std::string& expression) {
  if (expression.empty()) return nullptr;
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(most_bytes);
  options.set_encoding(RE2::Options::EncodingLatin1);  // device names may hold any bytes
  auto compiled = std::make_shared<const RE2>(expression, options);
  if (compiled->ok()) return compiled;
  const bool too_large = compiled->error_code() == RE2::ErrorPatternTooLarge;
  const bool is_unsupported = compiled->error_code() == RE2::ErrorBadPerlOp ||
                              compiled->error_code() == RE2::ErrorBadEscape;
  throw std::invalid_argument(fmt::format(
      "{}: {} {}: {}{}", option, base::in_quotes(expression),
      too_large ? "takes too much memory" : "is not a valid regular expression of RE2",
      base::printable(compiled->error()),
      is_unsupported ? " (back-references, look-ahead and look-behind are not supported; combine "
                       "--include-devices and --exclude-devices instead)"
                     : ""));
}

}  // namespace

DeviceFilter::DeviceFilter(const std::string& include, const std::string& exclude)
    : include_(compile("--include-devices", include)),
      exclude_(compile("--exclude-devices", exclude)) {}

bool DeviceFilter::keeps(std::string_view name) const {
  return (!include_ || finds(*include_, name)) && (!exclude_ || !finds(*exclude_, name));
}

}  // namespace tscollect::table
