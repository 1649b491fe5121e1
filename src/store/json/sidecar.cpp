// The sidecar: run.json beside run.h5, a TimeSeriesData without samples, plus a description of the
// run. Its schema is docs/sidecar.schema.json. Unknown values are left out.
#include "store/json/sidecar.hpp"

#include "base/text/error_text.hpp"
#include "base/text/format.hpp"
#include "store/json/json_value.hpp"
#include "store/run_file/run_file_reader.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <tscollect/time.hpp>
#include <tscollect/version.hpp>

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>

namespace tscollect::store {

namespace {

using block::ClockOffset;
using block::HostFacts;
using block::HostOutcome;
using block::HostSummary;

Json::object_t& object_of(Json& value) { return value.get_ref<Json::object_t&>(); }

void add_known(Json& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object_of(object).emplace_back(name, text);
}

void add_known(Json& object, std::string_view name, std::int64_t number) {
  if (number > 0) object_of(object).emplace_back(name, number);
}

Json to_value(const std::map<std::string, std::string>& texts) {
  Json object = Json::object();
  for (const auto& [name, text] : texts) object[name] = text;
  return object;
}

Json to_value(const block::RunCommand& command) {
  Json object = Json::object();
  add_known(object, "line", command.line);
  add_known(object, "host", command.host);
  add_known(object, "begin", command.begin);
  add_known(object, "end", command.end);
  if (command.exit_status) object["exit_status"] = *command.exit_status;
  return object;
}

void add_clock(Json& object, std::string_view name, const ClockOffset& clock) {
  if (clock.uncertainty_ns < 0) return;
  Json value = Json::object();
  value["offset_ns"] = clock.offset_ns;
  value["uncertainty_ns"] = clock.uncertainty_ns;
  value["monotonic_offset_ns"] = clock.mono_offset_ns;
  object_of(object).emplace_back(name, std::move(value));
}

void add_facts(Json& host, const HostFacts& facts) {
  add_known(host, "kernel", facts.kernel);
  add_known(host, "cpu_model", facts.cpu_model);
  add_known(host, "cpu_count", facts.cpu_count);
  add_known(host, "memory_kib", facts.memory_kib);
  add_known(host, "boot_id", facts.boot_id);
  if (!facts.addresses.empty()) host["addresses"] = facts.addresses;
  add_known(host, "clock_ticks_per_second", facts.clock_ticks_per_second);
}

void add_sampling(Json& host, const HostSummary& summary) {
  host["first_time"] = base::timestamp(summary.first_time_ns);
  host["last_time"] = base::timestamp(summary.last_time_ns);
  const auto percentiles = [](std::int64_t p50, std::int64_t p99, std::int64_t max) {
    Json value = Json::object();
    value["p50"] = p50;
    value["p99"] = p99;
    value["max"] = max;
    return value;
  };
  host["lateness"] = percentiles(summary.late_p50_ns, summary.late_p99_ns, summary.late_max_ns);
  host["sample_duration"] =
      percentiles(summary.duration_p50_ns, summary.duration_p99_ns, summary.duration_max_ns);
}

Json cost_of(const HostSummary& summary) {
  constexpr double ns_per_second = 1e9;
  Json cost = Json::object();
  if (summary.cpu_ns > 0) cost["cpu_seconds"] = static_cast<double>(summary.cpu_ns) / ns_per_second;
  add_known(cost, "peak_memory_bytes", summary.peak_memory_bytes);
  cost["stored_bytes"] = summary.stored_bytes;
  cost["journal_bytes"] = summary.journal_bytes;
  add_known(cost, "journal_fault", summary.journal_error);
  return cost;
}

/// "name": {…}, as a member of "hosts".
std::string host_member(const HostOutcome& host) {
  Json member = Json::object();
  member[host.summary.name] = sidecar_host(host);
  const std::string text = to_text(member, sidecar_indent);
  std::string indented;
  // The text between the outer braces; strings contain no newline.
  for (const char c : std::string_view(text).substr(1, text.size() - 3)) {
    indented += c;
    if (c == '\n') indented.append(sidecar_indent, ' ');
  }
  return indented;
}

}  // namespace

std::filesystem::path sidecar_path(const std::filesystem::path& target) {
  // With the target "run.json" the sidecar would have the same name.
  auto sidecar = target;
  if (target.extension() == ".json") return sidecar += ".json";
  return sidecar.replace_extension(".json");
}

Json sidecar_host(const HostOutcome& outcome) {
  const HostSummary& summary = outcome.summary;
  Json host = Json::object();
  host["state"] = block::to_string(outcome.state);
  add_known(host, "why", outcome.why);
  host["samples"] = summary.samples;
  if (outcome.state == block::HostState::missing) return host;  // the rest is unknown
  if (summary.samples > 0) add_sampling(host, summary);
  host["missed_ticks"] = summary.missed_ticks;
  host["gaps"] = summary.gap_count;
  host["late_ticks"] = summary.late_ticks;
  host["dropped_samples"] = summary.dropped_samples;
  host["errors"] = summary.error_count;
  host["counter_resets"] = summary.reset_count;
  Json clock = Json::object();
  add_clock(clock, "start", summary.clock_at_start);
  add_clock(clock, "stop", summary.clock_at_stop);
  if (!clock.empty()) host["clock_offset"] = std::move(clock);
  add_facts(host, summary.facts);
  if (!summary.absent_sources.empty()) host["absent_sources"] = summary.absent_sources;
  host["collector"] = cost_of(summary);
  return host;
}

Json sidecar_head(const std::string& hdf5_file, const block::RunInfo& run) {
  Json value = head_to_value(head_of(run));
  value["hdf5_file"] = hdf5_file;
  value["schema_version"] = schema_version;
  value["tscollect_version"] = version;
  value["completeness"] = block::to_string(run.completeness);
  value["stop_reason"] = run.stop_reason;
  value["labels"] = to_value(run.labels);
  value["job_ids"] = to_value(run.job_ids);
  value["history"] = run.history;
  if (run.command) value["command"] = to_value(*run.command);
  if (!run.phases.empty()) value["phases"] = phases_to_value(run.phases);
  value["hosts"] = Json::object();
  return value;
}

void write_sidecar(const base::FilePlace& target, const block::RunInfo& run,
                   std::span<const HostOutcome> hosts, Existing existing, Sync sync,
                   base::Access access) {
  const Json value = sidecar_head(target.name(), run);
  // Written host by host: a JSON tree of thousands of hosts would take more memory than the
  // gathering.
  std::string text = to_text(value, sidecar_indent);
  text.resize(text.rfind("}\n}"));  // cut after "hosts": {
  for (const HostOutcome& host : hosts) {
    if (&host != hosts.data()) text += ',';
    text += host_member(host);
  }
  if (!hosts.empty()) text += "\n  ";
  text += "}\n}\n";
  base::DurableFile file(target.beside(sidecar_path(target.path())), existing, access);
  file.write(text);
  file.publish(sync);
}

std::string try_to_write_sidecar(const base::FilePlace& target, const block::RunInfo& run,
                                 std::span<const HostOutcome> hosts, Existing existing, Sync sync,
                                 base::Access access) try {
  write_sidecar(target, run, hosts, existing, sync, access);
  return {};
} catch (const std::exception& error) {
  return fmt::format("the sidecar was not written: {}; {} is whole, and has all that it would have",
                     error_text(error), target.name());
}

}  // namespace tscollect::store
