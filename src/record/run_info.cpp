#include "record/run_info.hpp"

namespace tscollect::record {

std::string_view to_string(HostState state) noexcept {
  switch (state) {
    case HostState::complete: return "complete";
    case HostState::partial: return "partial";
    case HostState::missing: return "missing";
    case HostState::recovered: break;
  }
  return "recovered";
}

std::string_view to_string(Completeness completeness) noexcept {
  switch (completeness) {
    case Completeness::complete: return "complete";
    case Completeness::incomplete: return "incomplete";
    case Completeness::recovered: break;
  }
  return "recovered";
}

}  // namespace tscollect::record
