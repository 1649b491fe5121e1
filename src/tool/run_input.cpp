#include "tool/run_input.hpp"

#include "base/files/text_file.hpp"

#include <fmt/format.h>

namespace tscollect::tool {

RunInput::RunInput(const std::filesystem::path& path) {
  // HDF5's messages for these are long, and it waits for the writer of a pipe.
  if (const std::string why = base::error_of_reading(path); !why.empty())
    throw base::UsageError(fmt::format("{}: cannot open: {}", path.string(), why));
  try {
    reader_.emplace(path);
  } catch (const store::StoreError& error) {
    throw base::UsageError(error.what());
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

std::optional<store::HostEnds> RunInput::read_ends(const std::string& name) const {
  return readable([&] { return reader_->open_host(name).ends(); });
}

analysis::HostDigest RunInput::digest(const std::string& name) const {
  return readable([&] {
    const store::HostReader host = reader_->open_host(name);
    analysis::DigestBuilder builder(host.layout(), run().collection_interval_seconds);
    host.visit(builder);
    return builder.finish();
  });
}

analysis::HostDigest RunInput::events(const std::string& name) const {
  constexpr std::uint64_t part = std::uint64_t{1} << 16U;
  return readable([&] {
    const store::HostReader host = reader_->open_host(name);
    analysis::DigestBuilder builder(host.layout(), run().collection_interval_seconds);
    store::HostTimes times;
    for (std::uint64_t first = 0; first < host.samples(); first += part) {
      host.read_times(first, part, times);
      builder.take_times(times);
    }
    return builder.finish();
  });
}

std::vector<std::string> RunInput::collected() const {
  std::vector<std::string> names;
  for (const block::HostOutcome& host : hosts())
    if (host.state != block::HostState::missing) names.push_back(host.summary.name);
  return names;
}

}  // namespace tscollect::tool
