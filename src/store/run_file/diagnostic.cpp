#include "store/run_file/diagnostic.hpp"

#include "base/text/utf8.hpp"

namespace tscollect::store {

void Diagnostics::add(Severity severity, std::string_view rule, std::string_view place,
                      std::optional<std::int64_t> row, std::string_view what) {
  // Names and texts from the file may be as long as the file.
  constexpr std::size_t longest_text = 2000;
  ++(severity == Severity::error ? errors_ : warnings_);
  std::string name(rule);
  if (++found_[name] > most_kept_per_rule) return;
  kept_.push_back({severity, std::move(name), base::shortened(place, longest_text), row,
                   base::shortened(what, longest_text)});
}

void Diagnostics::add_store_error(std::string_view rule, std::string_view file,
                                  std::string_view place, const StoreError& error) {
  // The message is "<file>: <path>: <what>".
  std::string_view text = error.what();
  if (text.starts_with(fmt::format("{}: ", file))) text.remove_prefix(file.size() + 2);
  const std::size_t colon = text.starts_with('/') ? text.find(": ") : std::string_view::npos;
  const bool placed = colon != std::string_view::npos;
  add(Severity::error, rule, placed ? text.substr(0, colon) : place, std::nullopt,
      placed ? text.substr(colon + 2) : text);
}

std::map<std::string, std::size_t> Diagnostics::left_out() const {
  std::map<std::string, std::size_t> left;
  for (const auto& [rule, count] : found_)
    if (count > most_kept_per_rule) left.emplace(rule, count - most_kept_per_rule);
  return left;
}

}  // namespace tscollect::store
