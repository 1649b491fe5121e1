#include "support/host_blocks.hpp"

#include "block/chunk_codec.hpp"
#include "block/chunk_shape.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace tscollect::tests {

namespace {

using block::ChunkedArray;
using block::ChunkShape;
using block::HostBlock;
using block::HostSource;
using enum Kind;
using enum ValueType;

constexpr std::int64_t second_ns = 1'000'000'000;
/// Of short hosts, so that small arrays have several chunks. Long ones have those of a real host.
constexpr std::uint64_t samples_per_chunk = 4;

std::int64_t fill_bits(ValueType type) {
  return type == integer ? missing_integer
                         : std::bit_cast<std::int64_t>(std::numeric_limits<double>::quiet_NaN());
}

ChunkShape chunk_shape_of(std::uint64_t samples, std::uint64_t fields, std::uint64_t rows) {
  if (samples < block::short_run_samples)
    return {std::clamp<std::uint64_t>(samples, 1, samples_per_chunk), 1};
  return block::chunk_shape(samples, fields, rows == 1);
}

HostSource flat_source(std::string name, std::vector<FieldDescription> fields) {
  HostSource source;
  source.name = std::move(name);
  source.kernel_document = "https://www.kernel.org/doc/html/latest/filesystems/proc.html";
  source.summary = source.name + " of the host";
  source.fields = std::move(fields);
  return source;
}

template <class ValueAt>
std::vector<std::int64_t> cells(std::size_t samples, std::size_t columns, ValueAt value_at) {
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < samples; ++i)
    for (std::size_t column = 0; column < columns; ++column) values.push_back(value_at(i, column));
  return values;
}

ChunkedArray along_time(HostBlock& block, std::size_t samples, std::int64_t first,
                        std::int64_t step) {
  const auto values = cells(samples, 1, [&](std::size_t i, std::size_t) {
    return first + static_cast<std::int64_t>(i) * step;
  });
  return chunked(values, {samples}, integer, block.payload);
}

HostSource disks() {
  HostSource source = flat_source("diskstats", {{"reads_completed", "count", counter, integer, 64},
                                                {"time_reading_ms", "ms", counter, integer, 32}});
  source.row_dimension = "disk";
  source.row_name_field = "device_name";
  source.rows = {{"sda", {8, 0, 0}, {"disk", "Grün 1"}},
                 {"cciss/c0d0p1", {104, 1, 1}, {"partition", ""}}};
  source.row_attributes = {"major", "minor", "is_partition"};
  source.row_texts = {"role", "model"};
  source.excluded_rows = {"loop0", "loop1"};
  return source;
}

}  // namespace

ChunkedArray chunked(std::span<const std::int64_t> values, std::vector<std::uint64_t> shape,
                     ValueType type, std::vector<std::byte>& payload) {
  const std::uint64_t samples = shape.front();
  const std::uint64_t fields = shape.size() > 1 ? shape.back() : 1;
  const std::uint64_t rows = shape.size() > 2 ? shape[1] : 1;
  const ChunkShape chunk_shape = chunk_shape_of(samples, fields, rows);
  ChunkedArray array;
  array.type = type;
  array.shape = shape;
  array.chunk_shape.assign(shape.size(), 1);
  array.chunk_shape.back() = chunk_shape.fields;
  array.chunk_shape.front() = chunk_shape.samples;
  if (values.empty()) return array;
  std::vector<std::byte> scratch;
  for (std::uint64_t row = 0; row < rows; ++row)
    for (std::uint64_t field = 0; field < fields; field += chunk_shape.fields)
      for (std::uint64_t begin = 0; begin < samples; begin += chunk_shape.samples) {
        std::vector<std::int64_t> elements(chunk_shape.samples * chunk_shape.fields,
                                           fill_bits(type));
        for (std::uint64_t i = begin; i < std::min(samples, begin + chunk_shape.samples); ++i)
          for (std::uint64_t f = field; f < std::min(fields, field + chunk_shape.fields); ++f)
            elements[(i - begin) * chunk_shape.fields + f - field] =
                values[(i * rows + row) * fields + f];
        block::Chunk chunk;
        chunk.offset = {begin};
        if (shape.size() > 2) chunk.offset.push_back(row);
        if (shape.size() > 1) chunk.offset.push_back(field);
        chunk.payload_begin = payload.size();
        chunk.payload_size = block::append_chunk(elements, scratch, payload);
        array.chunks.push_back(std::move(chunk));
      }
  return array;
}

std::int64_t meminfo_value(std::size_t sample, std::size_t field) {
  // Beyond 2^53, where a double would lose the last digit.
  return (std::int64_t{1} << 53) + 1 + static_cast<std::int64_t>(2 * sample + field);
}

std::int64_t vmstat_value(std::size_t sample, std::size_t field) {
  return static_cast<std::int64_t>(1000 * field + 3 * sample);
}

std::int64_t disk_value(std::size_t sample, std::size_t disk, std::size_t field) {
  return static_cast<std::int64_t>(10000 * disk + 100 * field + sample);
}

HostBlock make_block(const std::string& name, std::size_t samples) {
  HostBlock block;
  block.summary.name = name;
  block.summary.samples = static_cast<std::int64_t>(samples);
  block.summary.first_time_ns = samples > 0 ? start_ns : 0;
  block.summary.last_time_ns =
      samples > 0 ? start_ns + static_cast<std::int64_t>(samples - 1) * second_ns : 0;
  block.summary.late_max_ns = 70'000;
  block.summary.duration_p50_ns = 130'000;
  block.summary.duration_p99_ns = 210'000;
  block.summary.duration_max_ns = 900'000;
  block.summary.cpu_ns = 12'345'678;
  block.summary.clock_at_start = {-1500, 20};
  block.summary.facts = {"Linux 6.1.0 x86_64",
                         "Some CPU @ 2.00GHz",
                         64,
                         263'000'000,
                         "0c4d2a50-1f6b-4b4e-9d55-9e1d7f7d6a11",
                         {"10.0.0.1", "fe80::1"}};
  block.sources_requested = {"diskstats", "vmstat", "loadavg", "meminfo"};
  block.time = along_time(block, samples, start_ns, second_ns);
  block.tick = along_time(block, samples, 0, 1);
  block.lateness = along_time(block, samples, 50'000, 10);
  block.duration = along_time(block, samples, 150'000, -10);
  block.sources = {disks(),
                   flat_source("vmstat", {{"nr_free_pages", "pages", gauge, integer, 0},
                                          {"pgfault", "count", counter, integer, 0},
                                          {"pgmajfault", "count", counter, integer, 0}}),
                   flat_source("loadavg", {{"load_1min", "processes", gauge, real, 0},
                                           {"running_processes", "count", gauge, integer, 0}}),
                   flat_source("meminfo", {{"MemTotal", "KiB", gauge, integer, 0},
                                           {"MemAvailable", "KiB", gauge, integer, 0}})};
  source_of(block, "loadavg").values.type = real;
  set_values(block, "diskstats", cells(samples, 4, [](std::size_t i, std::size_t column) {
               return disk_value(i, column / 2, column % 2);
             }));
  set_values(block, "vmstat", cells(samples, 3, vmstat_value));
  set_values(block, "meminfo", cells(samples, 2, meminfo_value));
  set_values(
      block, "loadavg", cells(samples, 2, [](std::size_t i, std::size_t column) {
        return std::bit_cast<std::int64_t>(static_cast<double>(i) + (column == 0 ? 0.25 : 1));
      }));
  return block;
}

void set_values(HostBlock& block, const std::string& name, std::span<const std::int64_t> values) {
  HostSource& source = source_of(block, name);
  const std::uint64_t rows = source.row_dimension.empty() ? 1 : source.rows.size();
  const std::uint64_t samples = values.size() / rows / source.fields.size();
  std::vector<std::uint64_t> shape = {samples, source.fields.size()};
  if (!source.row_dimension.empty()) shape.insert(shape.begin() + 1, rows);
  const ValueType type = source.values.type;
  source.has_missing =
      type == integer && std::ranges::find(values, missing_integer) != values.end();
  source.values = chunked(values, std::move(shape), type, block.payload);
}

HostSource& source_of(HostBlock& block, std::string_view name) {
  const auto found = std::ranges::find(block.sources, name, &HostSource::name);
  if (found == block.sources.end()) throw std::logic_error(fmt::format("no source {}", name));
  return *found;
}

block::RunInfo make_run(const std::vector<std::string>& hosts, std::int64_t samples) {
  block::RunInfo run;
  run.title = fmt::format("Host metrics of {} hosts, every 1 s", hosts.size());
  run.collection_interval_seconds = 1.0;
  run.start_time = "2023-11-14T22:13:20.123Z";
  run.end_time = "2023-11-14T22:13:30.123Z";
  run.num_samples = samples;
  run.hosts_requested = hosts;
  run.hosts_collected = hosts;
  run.stop_reason = "SIGUSR1";
  run.labels = {{"benchmark", "ior"}, {"a/b c%", "first"}};
  run.job_ids = {{"SLURM_JOB_ID", "4711"}};
  run.history = "2023-11-14T22:13:20Z tscollect-mpi 0.1.0: tscollect-mpi -i 1";
  return run;
}

void write_run(const std::filesystem::path& path, std::span<const HostBlock> blocks) {
  store::RunFileWriter writer(path, base::Existing::replace);
  std::vector<block::HostOutcome> hosts;
  std::vector<std::string> names;
  std::int64_t samples = 0;
  for (const HostBlock& block : blocks) {
    writer.add_host(block);
    hosts.push_back({block.summary, block::HostState::complete, ""});
    names.push_back(block.summary.name);
    samples += block.summary.samples;
  }
  writer.finish(make_run(names, samples), hosts);
}

}  // namespace tscollect::tests
