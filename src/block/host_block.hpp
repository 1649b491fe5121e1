#pragma once

#include "table/table.hpp"

#include <tscollect/result.hpp>
#include <tscollect/source.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tscollect::block {

/// One finished HDF5 chunk: shuffled and deflated, written unchanged by H5Dwrite_chunk. Edge chunks
/// have full size, padded with the fill value.
struct Chunk {
  std::vector<std::uint64_t> offset;  ///< position of its first element, one entry per dimension
  std::uint64_t payload_begin = 0;    ///< position in HostBlock::payload
  std::uint64_t payload_size = 0;
};

/// An array of 64-bit elements (int64, or IEEE binary64 if `type` is real) in finished chunks.
struct ChunkedArray {
  ValueType type = ValueType::integer;
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> chunk_shape;
  std::vector<Chunk> chunks;
};

/// A device of a source, with attributes and texts in the order of HostSource.
using HostRow = table::Row;

/// One source of one host. Shape of `values`: [n_samples × n_fields] for a flat source, [n_samples
/// × n_rows × n_fields] for a source with devices.
struct HostSource {
  std::string name;            ///< "vmstat": name of the dataset
  std::string row_dimension;   ///< "disk", "interface"; empty for a flat source
  std::string row_name_field;  ///< "device_name"; empty for a flat source
  std::string kernel_document;
  std::string summary;
  std::vector<FieldDescription> fields;
  std::vector<HostRow> rows;                ///< empty for a flat source
  std::vector<std::string> row_attributes;  ///< "major", "minor", "is_partition"; -1: unknown
  std::vector<std::string> row_texts;       ///< "role", "stands_on"; empty: unknown
  std::vector<std::string> excluded_rows;   ///< excluded by the device filter
  std::vector<std::string>
      uint64_columns;        ///< "field" or "row.field": bits are to be read as uint64
  bool has_missing = false;  ///< some cell of `values` is missing
  ChunkedArray values;
};

/// Consecutive samples in which a source failed with the same message.
struct HostError {
  std::int64_t first_row = 0;      ///< row of the arrays, from 0
  std::int64_t last_row = 0;       ///< inclusive
  std::int64_t first_time_ns = 0;  ///< UTC
  std::int64_t last_time_ns = 0;
  std::int64_t count = 0;
  std::string source;
  std::string message;
};

/// Consecutive ticks without a sample, before the first sample or between two samples.
struct TickGap {
  std::int64_t first_tick = 0;
  std::int64_t last_tick = 0;     ///< inclusive
  std::int64_t next_row = 0;      ///< row of the sample after the gap
  std::int64_t next_time_ns = 0;  ///< its time, UTC
};

/// A counter reset: counters of one device (or of a flat source) that decreased from one sample to
/// the next without wrapping.
struct CounterReset {
  std::int64_t row = 0;      ///< row of the first sample with the lower values
  std::int64_t time_ns = 0;  ///< its time, UTC
  std::string source;
  std::string device;  ///< empty for a flat source
  std::string fields;  ///< names, separated by blanks
};

/// Facts about the host; empty or 0 if unreadable.
struct HostFacts {
  std::string kernel;  ///< "Linux 6.1.0 x86_64 #1 SMP …"
  std::string cpu_model;
  std::int64_t cpu_count = 0;
  std::int64_t memory_kib = 0;
  std::string boot_id;
  std::vector<std::string> addresses;
  std::int64_t clock_ticks_per_second = 0;  ///< the unit of the cpu sources' times
};

/// This host's clocks minus rank 0's, measured at start and at stop by ping-pong.
struct ClockOffset {
  std::int64_t offset_ns = 0;        ///< of the realtime clock
  std::int64_t uncertainty_ns = -1;  ///< of both: half the shortest round trip; -1: not measured
  std::int64_t mono_offset_ns = 0;   ///< of the monotonic clock, on which the ticks are

  [[nodiscard]] bool is_measured() const noexcept { return uncertainty_ns >= 0; }
};

/// Summary of the sampling and its cost.
struct HostSummary {
  std::string name;  ///< as in the file: unique in the run
  std::int64_t samples = 0;
  std::int64_t first_time_ns = 0;  ///< UTC; 0 without samples
  std::int64_t last_time_ns = 0;
  std::int64_t first_elapsed_ns = 0;  ///< since tick 0 was due, on the monotonic clock
  std::int64_t last_elapsed_ns = 0;
  std::int64_t missed_ticks = 0;  ///< skipped because the sample before took too long
  std::int64_t gap_count =
      0;  ///< runs of ticks without a sample, before the first sample or between two
  std::int64_t late_ticks = 0;       ///< samples later than a tenth of the interval
  std::int64_t reset_count = 0;      ///< resets of devices (or flat sources)
  std::int64_t dropped_samples = 0;  ///< beyond --max-samples
  std::int64_t late_p50_ns = 0;      ///< lateness of the ticks
  std::int64_t late_p99_ns = 0;
  std::int64_t late_max_ns = 0;
  std::int64_t duration_p50_ns = 0;  ///< how long a sample took
  std::int64_t duration_p99_ns = 0;
  std::int64_t duration_max_ns = 0;
  std::int64_t error_count = 0;  ///< failed source readings, repetitions counted
  std::int64_t cpu_ns = 0;       ///< user and system time of the collector on this host; 0: unknown
  std::int64_t peak_memory_bytes = 0;  ///< 0: unknown
  std::int64_t stored_bytes = 0;       ///< size of the samples in memory
  std::int64_t journal_bytes = 0;      ///< 0: no journal
  std::string journal_error;           ///< why the journal could not be created, or ended early
  std::string sampling_error;          ///< why sampling ended before the stop; empty: it did not
  /// Which sources could not be read in time, if that is a hundredth of the samples; else empty.
  std::string reading_error;
  /// Sources, or parts of them, that this host does not have: "rdma: … no RDMA devices".
  std::vector<std::string> absent_sources;
  ClockOffset clock_at_start;
  ClockOffset clock_at_stop;
  HostFacts facts;
};

/// Everything of one host that goes into the file: the block that is sent to rank 0 and written.
struct HostBlock {
  HostSummary summary;
  std::vector<std::string> sources_requested;
  ChunkedArray time;  ///< [n_samples] UTC nanoseconds, the host's own clock
  ChunkedArray tick;  ///< [n_samples] tick number
  ChunkedArray
      lateness;  ///< [n_samples] ns after the tick; negative for the last one, taken at stop
  ChunkedArray duration;            ///< [n_samples] ns that the sample took
  std::vector<HostSource> sources;  ///< those with at least one column, in the registry's order
  std::vector<HostError> errors;
  std::vector<TickGap> gaps;  ///< the first ones, like resets
  std::vector<CounterReset> resets;
  std::vector<std::byte> payload;  ///< the bytes of all chunks
};

/// Packs a block for sending: magic, version, length of the header, header, payload.
[[nodiscard]] std::vector<std::byte> pack(const HostBlock& block);

/// Reads a packed block. The bytes are untrusted. Error: what is wrong with them. On success every
/// chunk lies inside the payload, and offsets, shapes and names are consistent. The block takes
/// over the vector instead of copying its bytes.
[[nodiscard]] Result<HostBlock> unpack(std::vector<std::byte>&& packed);
[[nodiscard]] Result<HostBlock> unpack(std::span<const std::byte> packed);

}  // namespace tscollect::block
