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

/// One finished HDF5 chunk: shuffled and deflated, to be written as it is (H5Dwrite_chunk). Edge
/// chunks are full-sized, padded with the fill value.
struct Chunk {
  std::vector<std::uint64_t> offset;  ///< of its first element, one entry per dimension
  std::uint64_t payload_begin = 0;    ///< in HostBlock::payload
  std::uint64_t payload_size = 0;
};

/// An array of 64-bit elements (int64, or IEEE binary64 where `type` is real) in finished chunks.
struct ChunkedArray {
  ValueType type = ValueType::integer;
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> chunk_shape;
  std::vector<Chunk> chunks;
};

/// A device of a source, with its attributes and texts as HostSource names them.
using HostRow = table::Row;

/// One source of one host. Shape of `values`: [n_samples × n_fields] for a flat source,
/// [n_samples × n_rows × n_fields] for a source of devices.
struct HostSource {
  std::string name;            ///< "vmstat": the dataset's name
  std::string row_dimension;   ///< "disk", "interface"; empty for a flat source
  std::string row_name_field;  ///< "device_name"; empty for a flat source
  std::string kernel_document;
  std::string summary;
  std::vector<FieldDescription> fields;
  std::vector<HostRow> rows;                ///< empty for a flat source
  std::vector<std::string> row_attributes;  ///< "major", "minor", "is_partition"; -1: unknown
  std::vector<std::string> row_texts;       ///< "role", "stands_on"; an empty text: unknown
  std::vector<std::string> excluded_rows;   ///< left out by the device filter
  std::vector<std::string>
      uint64_columns;        ///< "field" or "row.field": bits are to be read as uint64
  bool has_missing = false;  ///< some cell of `values` is missing
  ChunkedArray values;
};

/// A run of consecutive samples in which a source failed with the same message.
struct HostError {
  std::int64_t first_row = 0;      ///< row of the arrays, from 0
  std::int64_t last_row = 0;       ///< inclusive
  std::int64_t first_time_ns = 0;  ///< UTC
  std::int64_t last_time_ns = 0;
  std::int64_t count = 0;
  std::string source;
  std::string message;
};

/// Ticks in a row of which there is no sample: before the first sample or between two.
struct TickGap {
  std::int64_t first_tick = 0;
  std::int64_t last_tick = 0;     ///< inclusive
  std::int64_t next_row = 0;      ///< row of the sample after the gap
  std::int64_t next_time_ns = 0;  ///< its time, UTC
};

/// A counter reset: counters of one device (or of a flat source) that fell from one sample to the
/// next without wrapping.
struct CounterReset {
  std::int64_t row = 0;      ///< row of the first sample with the lower values
  std::int64_t time_ns = 0;  ///< its time, UTC
  std::string source;
  std::string device;  ///< empty for a flat source
  std::string fields;  ///< names, separated by blanks
};

/// What the host is; empty or 0 where it could not be read.
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

/// What happened while sampling, and what it cost.
struct HostSummary {
  std::string name;  ///< as the file shows it: unique in the run
  std::int64_t samples = 0;
  std::int64_t first_time_ns = 0;  ///< UTC; 0 without samples
  std::int64_t last_time_ns = 0;
  std::int64_t first_elapsed_ns = 0;  ///< from when tick 0 was due, on the monotonic clock
  std::int64_t last_elapsed_ns = 0;
  std::int64_t missed_ticks = 0;  ///< skipped because the tick before took too long
  std::int64_t gap_count = 0;     ///< runs of ticks without a sample, before the first or between
  std::int64_t late_ticks = 0;    ///< samples later than a tenth of the interval
  std::int64_t reset_count = 0;   ///< devices (or flat sources) whose counters fell, each time
  std::int64_t dropped_samples = 0;  ///< beyond --max-samples
  std::int64_t late_p50_ns = 0;      ///< lateness of the ticks
  std::int64_t late_p99_ns = 0;
  std::int64_t late_max_ns = 0;
  std::int64_t duration_p50_ns = 0;  ///< how long a sample took
  std::int64_t duration_p99_ns = 0;
  std::int64_t duration_max_ns = 0;
  std::int64_t error_count = 0;  ///< failed source readings, repetitions counted
  std::int64_t cpu_ns = 0;  ///< user and system time of the collector on this host; 0: not known
  std::int64_t peak_memory_bytes = 0;  ///< 0: not known
  std::int64_t stored_bytes = 0;       ///< the samples as held in memory
  std::int64_t journal_bytes = 0;      ///< 0: no journal
  std::string journal_error;           ///< why the journal was not created, or ended early
  std::string sampling_error;          ///< why sampling ended before the stop; empty: it did not
  /// Which sources could not be read in time, if that is a hundredth of the samples; else empty.
  std::string reading_error;
  /// Sources, or parts of them, that this host does not have: "rdma: … no RDMA devices".
  std::vector<std::string> absent_sources;
  ClockOffset clock_at_start;
  ClockOffset clock_at_stop;
  HostFacts facts;
};

/// Everything one host contributes to the file: the block that travels to rank 0 and is written.
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
  std::vector<TickGap> gaps;  ///< the first ones, as resets
  std::vector<CounterReset> resets;
  std::vector<std::byte> payload;  ///< the bytes of all chunks
};

/// Packs a block for the wire: magic, version, length of the head, head, payload.
[[nodiscard]] std::vector<std::byte> pack(const HostBlock& block);

/// Reads a packed block; the bytes are untrusted. Error: says what is wrong with them. Afterwards
/// every chunk lies inside the payload, and offsets, shapes and names are consistent.
/// The block keeps a vector that it is given, rather than a copy of its bytes.
[[nodiscard]] Result<HostBlock> unpack(std::vector<std::byte>&& packed);
[[nodiscard]] Result<HostBlock> unpack(std::span<const std::byte> packed);

}  // namespace tscollect::block
