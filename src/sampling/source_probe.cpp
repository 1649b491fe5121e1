#include "sampling/source_probe.hpp"

#include "sampling/source_text.hpp"

namespace tscollect::sampling {

std::string_view to_string(Availability availability) noexcept {
  switch (availability) {
    case Availability::absent: return "absent";
    case Availability::refused: return "refused";
    case Availability::available: break;
  }
  return "available";
}

std::vector<SourceProbe> probe_sources(const table::Roots& roots) {
  std::vector<SourceProbe> probes;
  procfs::TextBuffer buffer;
  for (const table::Source& source : table::registry()) {
    SourceText text(source, roots);
    SourceProbe& probe = probes.emplace_back();
    probe.source = &source;
    if (text.read(buffer)) {
      probe.unsupported = text.unsupported();
    } else {
      probe.availability = text.is_refused() ? Availability::refused : Availability::absent;
      probe.reason = text.error();
    }
  }
  return probes;
}

}  // namespace tscollect::sampling
