#include "run/line_template.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cctype>
#include <cstdlib>
#include <stdexcept>

namespace tscollect::run {

namespace {

using Json = nlohmann::json;

constexpr int most_repeats = 10'000;

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string variable(const std::string& name) {
  const char* text = std::getenv(name.c_str());
  return text == nullptr ? std::string() : std::string(text);
}

/// The name in "{name}" at the start of `text`; empty if there is none.
std::string_view placeholder(std::string_view text) {
  if (text.empty() || text.front() != '{') return {};
  const std::size_t end = text.find('}');
  if (end == std::string_view::npos) return {};
  const std::string_view name = text.substr(1, end - 1);
  for (const char c : name)
    if (!is_name_character(c)) return {};
  return name;
}

}  // namespace

std::string Values::value(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second;
}

std::string Values::expand(std::string_view text) const {
  std::string result;
  while (!text.empty()) {
    if (const auto name = placeholder(text); !name.empty()) {
      result += value(std::string(name));
      text.remove_prefix(name.size() + 2);
    } else if (text.front() == '$') {
      text.remove_prefix(1);
      std::string of_environment;
      while (!text.empty()) {
        if (const auto part = placeholder(text); !part.empty()) {
          of_environment += value(std::string(part));
          text.remove_prefix(part.size() + 2);
        } else if (is_name_character(text.front())) {
          of_environment += text.front();
          text.remove_prefix(1);
        } else {
          break;
        }
      }
      result += variable(of_environment);
    } else {
      result += text.front();
      text.remove_prefix(1);
    }
  }
  return result;
}

void Values::append_each(const Json& group, std::vector<std::string>& words) const {
  const std::string name = group.at("each").get<std::string>();
  const std::string count_text = expand(group.at("of").get<std::string>());
  int count = 0;
  std::from_chars(count_text.data(), count_text.data() + count_text.size(), count);
  for (int i = 0; i < std::min(count, most_repeats); ++i) {
    if (i > 0 && group.contains("between")) words.push_back(group.at("between").get<std::string>());
    Values numbered = *this;
    numbered.set(name, fmt::format("{}", i));
    for (const Json& each : group.at("words")) numbered.append(each, words);
  }
}

void Values::append(const Json& word, std::vector<std::string>& words) const {
  if (word.is_string()) {
    const std::string text = word.get<std::string>();
    const std::string_view name = placeholder(text);
    const auto list = lists_.find(std::string(name));
    if (!name.empty() && name.size() + 2 == text.size() && list != lists_.end())
      words.insert(words.end(), list->second.begin(), list->second.end());
    else
      words.push_back(expand(text));
    return;
  }
  if (!word.is_object()) throw std::runtime_error("a line holds texts and objects only");
  if (word.contains("each")) return append_each(word, words);
  if (word.contains("when") && expand(word.at("when").get<std::string>()).empty()) return;
  if (word.contains("unless") && !expand(word.at("unless").get<std::string>()).empty()) return;
  for (const Json& each : word.at("words")) append(each, words);
}

std::vector<std::string> Values::expand_line(const Json& line) const {
  std::vector<std::string> words;
  for (const Json& word : line) append(word, words);
  return words;
}

}  // namespace tscollect::run
