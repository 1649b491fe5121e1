#include "options/host_list.hpp"

#include "base/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <unordered_set>

namespace tscollect::options {

namespace {

constexpr std::size_t longest_name = 255;
constexpr std::size_t most_digits = 18;  // fits std::uint64_t with room to add
constexpr std::string_view blanks = " \t\r\n\v\f";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '_' || c == ':';
}

Error error_about(std::string_view what, std::string_view text) {
  return Error{fmt::format("{} {}", base::in_quotes(text), what)};
}

/// Collects names without duplicates.
class Names {
 public:
  [[nodiscard]] std::optional<Error> add(std::string_view name) {
    if (name.empty() || name.size() > longest_name || !std::ranges::all_of(name, is_name_character))
      return error_about("is not the name of a host", name);
    if (!seen_.emplace(name).second) return std::nullopt;
    if (names_.size() == most_hosts)
      return Error{fmt::format("it names more than {} hosts", most_hosts)};
    names_.emplace_back(name);
    return std::nullopt;
  }
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] HostList take() && { return std::move(names_); }

 private:
  HostList names_;
  std::unordered_set<std::string> seen_;
};

/// Removes and returns the beginning of `text`, up to one of `separators`.
std::string_view cut(std::string_view& text, std::string_view separators) {
  const std::size_t end = std::min(text.find_first_of(separators), text.size());
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

/// The next word, or an empty one at the end.
std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return cut(text, blanks);
}

std::optional<std::uint64_t> number(std::string_view digits) {
  if (digits.empty() || digits.size() > most_digits || !std::ranges::all_of(digits, is_digit))
    return std::nullopt;
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// Expands "01-03,7" to 01 02 03 7.
Result<std::vector<std::string>> expand_ranges(std::string_view ranges) {
  std::vector<std::string> numbers;
  const std::string_view whole = ranges;
  do {
    std::string_view rest = cut(ranges, ",");
    const std::string_view low_digits = cut(rest, "-");
    const auto low = number(low_digits);
    const auto high = rest.empty() ? low : number(rest);
    if (!low || !high || *high < *low) return error_about("is not a list of numbers", whole);
    if (*high - *low >= most_hosts - numbers.size())
      return Error{fmt::format("it names more than {} hosts", most_hosts)};
    for (std::uint64_t n = *low; n <= *high; ++n)
      numbers.push_back(fmt::format("{:0{}}", n, low_digits.size()));
  } while (!ranges.empty());
  return numbers;
}

/// End of the first entry of `text`: the first comma outside brackets.
std::size_t end_of_entry(std::string_view text) {
  bool inside = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '[') inside = true;
    if (text[at] == ']') inside = false;
    if (text[at] == ',' && !inside) return at;
  }
  return text.size();
}

/// Expands one entry without a comma outside brackets: "r[1-2]n[0-1]x".
Result<std::vector<std::string>> expand_entry(std::string_view entry) {
  std::vector<std::string> names{""};
  const std::string_view whole = entry;
  while (!entry.empty()) {
    const std::size_t open = std::min(entry.find('['), entry.size());
    for (std::string& name : names) name += entry.substr(0, open);
    entry.remove_prefix(open);
    if (entry.empty()) break;
    const std::size_t close = entry.find(']');
    if (close == std::string_view::npos) return error_about("has no closing bracket", whole);
    const auto numbers = expand_ranges(entry.substr(1, close - 1));
    if (!numbers) return numbers.error();
    if (numbers->size() > most_hosts / names.size())
      return Error{fmt::format("it names more than {} hosts", most_hosts)};
    std::vector<std::string> longer;
    longer.reserve(names.size() * numbers->size());
    for (const std::string& name : names)
      for (const std::string& digits : *numbers) longer.push_back(name + digits);
    names = std::move(longer);
    entry.remove_prefix(close + 1);
  }
  return names;
}

}  // namespace

Result<HostList> expand_host_list(std::string_view text) {
  Names names;
  while (!text.empty()) {
    const std::size_t end = end_of_entry(text);
    std::string_view entry = text.substr(0, end);
    const std::string_view whole = entry;
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto expanded = expand_entry(next_word(entry));
    if (!expanded) return expanded.error();
    if (!next_word(entry).empty()) return error_about("is not a list of hosts", whole);
    for (const std::string& name : *expanded)
      if (auto error = names.add(name)) return *error;
  }
  return std::move(names).take();
}

Result<HostFile> parse_host_file(std::string_view text) {
  Names names;
  HostList logins;
  while (!text.empty()) {
    std::string_view line = cut(text, "\n");
    line = line.substr(0, line.find('#'));
    std::string_view login = next_word(line);
    if (login.empty()) continue;
    // Removes ":8" of "node01:8", but not the end of an IPv6 address.
    if (std::ranges::count(login, ':') == 1) login = login.substr(0, login.find(':'));
    const std::size_t at = login.find('@');
    const std::string_view name = at == std::string_view::npos ? login : login.substr(at + 1);
    const std::size_t known = names.size();
    if (auto error = names.add(name)) return *error;
    if (names.size() > known) logins.emplace_back(login);
  }
  return HostFile{std::move(names).take(), std::move(logins)};
}

Result<HostList> hosts_in_words(std::string_view text) {
  Names names;
  for (auto word = next_word(text); !word.empty(); word = next_word(text))
    if (auto error = names.add(word)) return *error;
  return std::move(names).take();
}

Result<HostList> hosts_with_slots(std::string_view text) {
  Names names;
  for (auto name = next_word(text); !name.empty(); name = next_word(text)) {
    const std::string_view slots = next_word(text);
    if (!number(slots)) return error_about("is not a number of slots", slots);
    if (auto error = names.add(name)) return *error;
  }
  return std::move(names).take();
}

}  // namespace tscollect::options
