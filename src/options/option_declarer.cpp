#include "options/option_declarer.hpp"

namespace tscollect::options {

CLI::Option* OptionDeclarer::named(CLI::Option& option) const {
  std::string variable = prefix_;
  for (const char letter : option.get_lnames().front())
    variable += letter == '-' ? '_' : static_cast<char>(letter - 'a' + 'A');
  return option.envname(variable);
}

void OptionDeclarer::help_and_version(const std::string& version) {
  app_.set_help_flag("-h,--help", "Print this help and exit");
  app_.set_version_flag("--version", version, "Print the version and exit");
}

}  // namespace tscollect::options
