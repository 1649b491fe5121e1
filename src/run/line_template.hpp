#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::run {

/// Values of the placeholders in a launcher file: "{name}" for a value, "$NAME" or "$NAME_{name}"
/// for an environment variable. Unknown ones are empty.
class Values {
 public:
  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }
  /// "{name}" as a whole word is replaced by all of these words.
  void set(const std::string& name, std::vector<std::string> words) {
    lists_[name] = std::move(words);
  }

  [[nodiscard]] std::string expand(std::string_view text) const;

  /// The words of a line. Its elements are texts, or objects with further words and one of: "when"
  /// or "unless" (used only if that text expands to something, or to nothing), "each" (repeated for
  /// each number below that of "of", with the word "between" between them). Throws
  /// std::runtime_error for anything else.
  [[nodiscard]] std::vector<std::string> expand_line(const nlohmann::json& line) const;

 private:
  [[nodiscard]] std::string value(const std::string& name) const;
  void append(const nlohmann::json& word, std::vector<std::string>& words) const;
  void append_each(const nlohmann::json& group, std::vector<std::string>& words) const;

  std::map<std::string, std::string> values_;
  std::map<std::string, std::vector<std::string>> lists_;
};

}  // namespace tscollect::run
