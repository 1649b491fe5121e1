#include "tool/name_check.hpp"

#include "store/hdf5/store_error.hpp"

#include <fmt/format.h>

namespace tscollect::tool {

namespace {

void keep_unknown(std::vector<std::string>& patterns, const std::vector<std::string>& names) {
  if (!patterns.empty()) patterns = Globs(patterns).without_match(names);
}

void keep_unknown(AskedNames& asked, const store::ReadHost& host) {
  AskedNames known;
  for (const store::ReadSource& source : host.sources) {
    known.sources.push_back(source.description.name);
    for (const block::HostRow& row : source.description.rows) known.devices.push_back(row.name);
    for (const FieldDescription& field : source.description.fields)
      known.fields.push_back(field.name);
  }
  keep_unknown(asked.sources, known.sources);
  keep_unknown(asked.devices, known.devices);
  keep_unknown(asked.fields, known.fields);
}

void refuse(const char* option, const std::vector<std::string>& unknown) {
  if (!unknown.empty())
    throw base::UsageError(
        fmt::format("{} {}: the run has none of that name", option, unknown.front()));
}

bool is_empty(const AskedNames& asked) {
  return asked.sources.empty() && asked.devices.empty() && asked.fields.empty();
}

}  // namespace

void check_hosts(const RunInput& input, const Globs& hosts) {
  refuse("--host", hosts.without_match(input.collected()));
}

void check_names(const RunInput& input, const std::vector<std::string>& hosts, AskedNames asked) {
  for (const std::string& host : hosts) {
    if (is_empty(asked)) return;
    try {
      keep_unknown(asked, input.reader().open_host(host).layout());
    } catch (const store::StoreError&) {
      // The error is reported when the host is read.
    }
  }
  refuse("--source", asked.sources);
  refuse("--device", asked.devices);
  refuse("--field", asked.fields);
}

}  // namespace tscollect::tool
