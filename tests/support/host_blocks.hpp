#pragma once

#include "block/host_block.hpp"
#include "block/run_info.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::tests {

/// Appends `values` (row-major, of `shape`) to the payload: of less than 512 samples in chunks of
/// four samples of a column, else in those that a host makes.
block::ChunkedArray chunked(std::span<const std::int64_t> values, std::vector<std::uint64_t> shape,
                            ValueType type, std::vector<std::byte>& payload);

/// A host with `samples` samples of meminfo (2 fields), loadavg (real, with two integers), vmstat
/// (3 fields) and diskstats (2 disks of 2 fields), a value for every cell. Sample i is taken at
/// start_ns + i seconds.
block::HostBlock make_block(const std::string& name, std::size_t samples);

inline constexpr std::int64_t start_ns = 1'700'000'000'123'456'789;

/// What the values of make_block() are, so that tests can say them.
std::int64_t meminfo_value(std::size_t sample, std::size_t field);
std::int64_t vmstat_value(std::size_t sample, std::size_t field);
std::int64_t disk_value(std::size_t sample, std::size_t disk, std::size_t field);

/// Replaces the array of a source: `values` row-major, missing cells as missing_integer.
void set_values(block::HostBlock& block, const std::string& source,
                std::span<const std::int64_t> values);

block::HostSource& source_of(block::HostBlock& block, std::string_view name);

block::RunInfo make_run(const std::vector<std::string>& hosts, std::int64_t samples);

/// Writes the blocks, all complete, to `path`.
void write_run(const std::filesystem::path& path, std::span<const block::HostBlock> blocks);

}  // namespace tscollect::tests
