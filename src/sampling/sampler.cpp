#include "sampling/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tscollect::record {

Sampler::Sampler(const SampleOptions& options) {
  const sources::DeviceFilter filter(options.include_devices, options.exclude_devices);
  for (const std::string& name : options.sources)
    if (sources::find_source(name) == nullptr)
      throw std::invalid_argument(resolve_source_names(name).error().message);
  for (const sources::Source& source : sources::registry()) {
    if (std::ranges::find(options.sources, source.description.name) == options.sources.end())
      continue;
    watched_.push_back({procfs::ProcFile(options.procfs / source.description.path),
                        sources::Table(source, filter, options.sysfs),
                        {}});
  }
  // The readings point into watched_, which does not grow from here on.
  for (const Watched& watched : watched_) readings_.push_back({&watched.table, {}});
}

[[gnu::hot]] void Sampler::read() {
  for (std::size_t i = 0; i < watched_.size(); ++i) {
    Watched& watched = watched_[i];
    being_read_.store(i, std::memory_order_relaxed);
    const auto outcome = watched.file.read(text_);
    being_read_.store(none, std::memory_order_relaxed);
    if (outcome) {
      watched.table.update(text_);
      readings_[i].error = watched.table.error();
    } else {
      watched.table.clear_values();
      watched.read_error = outcome.error().message;
      readings_[i].error = watched.read_error;
    }
  }
}

std::optional<std::size_t> Sampler::being_read() const noexcept {
  const std::size_t source = being_read_.load(std::memory_order_relaxed);
  return source == none ? std::nullopt : std::optional(source);
}

bool Sampler::read_anything() const noexcept {
  return std::ranges::any_of(readings_, [](const SourceReading& reading) {
    return std::ranges::any_of(reading.table->values(),
                               [](std::int64_t value) { return value != missing_integer; });
  });
}

std::size_t Sampler::failures() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      readings_, [](const SourceReading& reading) { return !reading.error.empty(); }));
}

}  // namespace tscollect::record
