#include "app/run_input.hpp"

#include "app/commands.hpp"
#include "store/run_file_writer.hpp"

namespace tscollect::app {

RunInput::RunInput(const std::filesystem::path& path) {
  try {
    reader_.emplace(path);
  } catch (const store::StoreError& error) {
    throw UsageError(error.what());
  }
}

store::ReadHost RunInput::read_host(const std::string& name) const {
  try {
    return reader_->read_host(name);
  } catch (const store::StoreError& error) {
    throw UsageError(error.what());
  }
}

std::vector<std::string> RunInput::collected() const {
  std::vector<std::string> names;
  for (const record::HostOutcome& host : hosts())
    if (host.state != record::HostState::missing) names.push_back(host.summary.name);
  return names;
}

}  // namespace tscollect::app
