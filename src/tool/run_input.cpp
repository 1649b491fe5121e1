#include "tool/run_input.hpp"

#include "tool/commands.hpp"
#include "block/chunk_shape.hpp"
#include "store/hdf5/store_error.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tscollect::app {

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

store::ReadHost RunInput::read_host(const std::string& name) const {
  try {
    return reader_->read_host(name);
  } catch (const store::StoreError& error) {
    throw UsageError(error.what());
  }
}

store::ReadHost RunInput::read_rows(const std::string& name, std::uint64_t first,
                                    std::uint64_t count) const {
  try {
    return reader_->read_rows(name, first, count);
  } catch (const store::StoreError& error) {
    throw UsageError(error.what());
  }
}

void RunInput::read_in_parts(const std::string& name,
                             const std::function<void(const store::ReadHost&)>& visit) const {
  // As long as the longest chunk, so that each is inflated once.
  constexpr std::uint64_t part = record::longest_chunk_samples;
  for (std::uint64_t first = 0;; first += part) {
    const store::ReadHost host = read_rows(name, first, part);
    if (!host.time_ns.empty()) visit(host);
    if (host.time_ns.size() < part) break;
  }
}

store::ReadHost RunInput::read_layout(const std::string& name) const {
  return read_rows(name, 0, 0);
}

std::vector<std::string> RunInput::collected() const {
  std::vector<std::string> names;
  for (const record::HostOutcome& host : hosts())
    if (host.state != record::HostState::missing) names.push_back(host.summary.name);
  return names;
}

}  // namespace tscollect::app
