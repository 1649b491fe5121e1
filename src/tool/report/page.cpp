#include "tool/report/page.hpp"
#include "tool/report/report.hpp"

#include <stdexcept>

namespace tscollect::tool {

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += letter;
    }
  }
  return out;
}

}  // namespace

std::string page_text(std::string_view title, std::string_view data) {
  std::string page;
  std::string_view rest = page_template();
  for (const auto& [mark, text] :
       {std::pair<std::string_view, std::string>("{{title}}", escaped(title)),
        std::pair<std::string_view, std::string>("{{data}}", data)}) {
    const std::size_t at = rest.find(mark);
    if (at == std::string_view::npos) throw std::logic_error("the page has no place for its data");
    page += rest.substr(0, at);
    page += text;
    rest.remove_prefix(at + mark.size());
  }
  return page += rest;
}

}  // namespace tscollect::tool
