#include "tool/export/sample_filter.hpp"

#include "analysis/time_span.hpp"

#include <variant>

namespace tscollect::tool {

namespace {

void leave_fields(const Globs& globs, Fields& fields) {
  std::erase_if(fields, [&globs](const auto& field) { return !globs.fit(field.first); });
}

}  // namespace

std::vector<std::string> SampleFilter::hosts_of(const RunInput& input) const {
  std::vector<std::string> names = input.collected();
  std::erase_if(names, [this](const std::string& name) { return !hosts.fit(name); });
  return names;
}

bool SampleFilter::has(std::string_view source, std::string_view device,
                       std::string_view field) const {
  return sources.fit(source) && (device.empty() || devices.fit(device)) && fields.fit(field);
}

bool SampleFilter::has_time(const store::HostTimes& all, std::size_t row) const {
  return times.empty() ||
         times.have(analysis::seconds_at(all.tick[row], all.lateness_ns[row], interval_seconds));
}

void SampleFilter::apply(TimeSeriesSample& sample) const {
  if (!sources.empty()) {
    std::erase_if(sample.sources, [this](const auto& one) { return !sources.fit(one.first); });
    if (sample.errors)
      std::erase_if(*sample.errors, [this](const auto& one) { return !sources.fit(one.first); });
    if (sample.errors && sample.errors->empty()) sample.errors.reset();
  }
  if (devices.empty() && fields.empty()) return;
  for (auto& [name, values] : sample.sources) {
    if (auto* flat = std::get_if<Fields>(&values)) {
      leave_fields(fields, *flat);
      continue;
    }
    auto& rows = std::get<std::vector<DeviceFields>>(values);
    std::erase_if(rows, [this](const DeviceFields& row) { return !devices.fit(row.name); });
    for (DeviceFields& row : rows) leave_fields(fields, row.fields);
  }
}

}  // namespace tscollect::tool
