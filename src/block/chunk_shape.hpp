#pragma once

#include <algorithm>
#include <cstdint>

namespace tscollect::block {

/// Longest chunk along time, in samples: 32 KiB a column, so that a chunk of a device's fields
/// stays below HDF5's default chunk cache of 1 MiB.
inline constexpr std::uint64_t longest_chunk_samples = 4096;

/// Below this many samples a chunk's own overhead (its index entry, deflate's header) outweighs
/// what interleaving columns costs in compression.
inline constexpr std::uint64_t short_run_samples = 512;
inline constexpr std::uint64_t short_run_fields_per_chunk = 8;

/// Where devices come and go, so that most cells are missing, chunks are this short: a device that
/// was there for one sample costs a chunk, and one that was not an index entry for each chunk.
inline constexpr std::uint64_t sparse_chunk_samples = 512;
inline constexpr std::uint64_t sparse_below_one_in = 8;

struct ChunkShape {
  std::uint64_t samples;
  std::uint64_t fields;
};

/// A flat source has a column per chunk, so that one metric over a thousand hosts reads little; a
/// device keeps its fields together: they are read together, and interleaved they compress as well.
/// Measured on the reference recording, bytes a sample at 1,600 samples: vmstat 47 with one column
/// per chunk, 68 with 16; diskstats 17 and 20.
[[nodiscard]] constexpr ChunkShape chunk_shape(std::uint64_t samples, std::uint64_t fields,
                                               bool flat, bool sparse = false) noexcept {
  const std::uint64_t along_time =
      std::clamp<std::uint64_t>(samples, 1, sparse ? sparse_chunk_samples : longest_chunk_samples);
  if (!flat) return {along_time, fields};
  if (samples >= short_run_samples) return {along_time, 1};
  // As even as possible: 54 fields make seven chunks of eight rather than six and a rest.
  const std::uint64_t pieces =
      (fields + short_run_fields_per_chunk - 1) / short_run_fields_per_chunk;
  return {along_time, (fields + pieces - 1) / pieces};
}

}  // namespace tscollect::block
