#pragma once

#include "store/run_file/run_file_reader.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace tscollect::tests {

/// A host as it is read back, sampled on time each second.
[[nodiscard]] inline store::ReadHost read_host(std::size_t samples) {
  constexpr std::int64_t second_ns = 1'000'000'000;
  store::ReadHost host;
  host.summary.name = "node1";
  host.summary.samples = static_cast<std::int64_t>(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    const auto tick = static_cast<std::int64_t>(i);
    host.time_ns.push_back(1'769'293'200 * second_ns + tick * second_ns);
    host.tick.push_back(tick);
    host.lateness_ns.push_back(0);
    host.duration_ns.push_back(100'000);
  }
  return host;
}

/// A source of devices, or a flat one if `rows` is empty; a row of `values` per sample.
[[nodiscard]] inline store::ReadSource read_source(std::string name,
                                                   std::vector<FieldDescription> fields,
                                                   std::vector<block::HostRow> rows,
                                                   std::vector<std::int64_t> values) {
  store::ReadSource source;
  source.description.name = std::move(name);
  source.description.fields = std::move(fields);
  if (!rows.empty()) source.description.row_dimension = "device";
  source.description.rows = std::move(rows);
  source.description.row_attributes = {"major", "minor", "is_partition"};
  source.values = std::move(values);
  return source;
}

[[nodiscard]] inline FieldDescription counter(std::string name, int width_bits = 64) {
  return {std::move(name), "count", Kind::counter, ValueType::integer, width_bits};
}

}  // namespace tscollect::tests
