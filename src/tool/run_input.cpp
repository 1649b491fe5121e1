#include "tool/run_input.hpp"

#include "tool/commands.hpp"
#include "store/hdf5/store_error.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tscollect::app {

namespace {

/// What the reading gives. That it fails is no failure to write.
template <class Reading>
auto readable(const Reading& reading) {
  try {
    return reading();
  } catch (const store::StoreError& error) {
    throw UsageError(error.what());
  }
}

}  // namespace

RunInput::RunInput(const std::filesystem::path& path) {
  // HDF5 has many words for these two.
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw UsageError(fmt::format("{}: is a folder, not the file of a run", path.string()));
  if (access(path.c_str(), R_OK) != 0)
    throw UsageError(
        fmt::format("{}: cannot open: {}", path.string(), std::generic_category().message(errno)));
  try {
    reader_.emplace(path);
  } catch (const store::StoreError& error) {
    throw UsageError(error.what());
  }
}

void RunInput::read_in_parts(const std::string& name,
                             const std::function<void(const store::ReadHost&)>& visit) const {
  store::HostReader host = readable([&] { return reader_->open_host(name); });
  while (const store::ReadHost* part = readable([&] { return host.next_part(); })) visit(*part);
}

store::ReadHost RunInput::read_layout(const std::string& name) const {
  return readable([&] { return reader_->open_host(name).layout(); });
}

HostDigest RunInput::digest(const std::string& name) const {
  return readable([&] {
    const store::HostReader host = reader_->open_host(name);
    DigestBuilder builder(host.layout(), run().collection_interval_seconds);
    host.visit(builder);
    return builder.finish();
  });
}

std::vector<std::string> RunInput::collected() const {
  std::vector<std::string> names;
  for (const record::HostOutcome& host : hosts())
    if (host.state != record::HostState::missing) names.push_back(host.summary.name);
  return names;
}

}  // namespace tscollect::app
