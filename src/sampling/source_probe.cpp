#include "sampling/source_probe.hpp"

#include "base/process/background_task.hpp"
#include "sampling/source_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace tscollect::sampling {

std::string_view to_string(Availability availability) noexcept {
  switch (availability) {
    case Availability::absent: return "absent";
    case Availability::refused: return "refused";
    case Availability::hangs: return "hangs";
    case Availability::available: break;
  }
  return "available";
}

namespace {

/// How long sources may take that are listed.
constexpr std::chrono::seconds list_limit{5};

SourceProbe probe(const table::Source& source, const table::Roots& roots) {
  SourceProbe found;
  found.source = &source;
  if (source.is_reading_time) return found;
  SourceText text(source, roots);
  procfs::TextBuffer buffer;
  if (text.read(buffer)) {
    found.unsupported = text.unsupported();
  } else {
    found.availability = text.is_refused() ? Availability::refused : Availability::absent;
    found.reason = text.error();
  }
  return found;
}

/// A probe on a thread of its own.
struct Probing {
  std::shared_ptr<SourceProbe> found = std::make_shared<SourceProbe>();
  BackgroundTask task;

  Probing(const table::Source& source, const table::Roots& roots)
      : task([found = found, &source, roots] { *found = probe(source, roots); }) {}
};

}  // namespace

std::vector<SourceProbe> probe_sources(std::span<const table::Source* const> wanted,
                                       const table::Roots& roots, std::chrono::nanoseconds limit) {
  std::vector<Probing> all;
  for (const table::Source* source : wanted) all.emplace_back(*source, roots);
  const MonoTime end = mono_now() + limit;
  std::vector<SourceProbe> probes;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto left = std::max<std::chrono::nanoseconds>(end - mono_now(), {});
    if (all[i].task.wait(base::Deadline(left))) {
      all[i].task.rethrow();
      probes.push_back(std::move(*all[i].found));
      continue;
    }
    const double seconds = std::chrono::duration<double>(limit).count();
    probes.push_back({wanted[i],
                      Availability::hangs,
                      fmt::format("a read has not returned for {} s", seconds),
                      {}});
  }
  return probes;
}

std::string list_sources(const table::Roots& roots) {
  const std::vector<std::string> defaults = default_source_names();
  std::vector<const table::Source*> all;
  for (const table::Source& source : table::registry()) all.push_back(&source);
  std::string list;
  for (const SourceProbe& probe : probe_sources(all, roots, list_limit)) {
    const SourceDescription& source = probe.source->description;
    const auto& root = source.is_in_sysfs ? roots.sysfs : roots.procfs;
    const bool is_default = std::ranges::find(defaults, source.name) != defaults.end();
    const std::string path =
        source.path.empty() ? "" : fmt::format(" ({})", (root / source.path).string());
    list += fmt::format("{:<12} {:<10} {}{}{}\n", source.name, to_string(probe.availability),
                        source.summary, path, is_default ? ", by default" : "");
    if (!probe.reason.empty()) list += fmt::format("{:<12} {}\n", "", probe.reason);
    for (const std::string& file : probe.unsupported)
      list += fmt::format("{:<12} without {}\n", "", file);
  }
  return list;
}

}  // namespace tscollect::sampling
