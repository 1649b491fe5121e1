#pragma once

#include "block/host_block.hpp"
#include "stream/sample_store.hpp"
#include "stream/sample_stream.hpp"
#include "table/source.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace tscollect::bench {

/// A host whose samples come from a recording of the five files instead of from /proc.
struct RecordedHost {
  std::unique_ptr<stream::SampleStore> store = std::make_unique<stream::SampleStore>();
  stream::TickSchedule grid;
  std::vector<const table::Source*> recorded;

  [[nodiscard]] block::HostBlock build_block() const;
};

/// Reads every `step`th frame of a recording (a line "@<UTC nanoseconds>", then for each file
/// "#<number> <bytes>", that many bytes) until there are `samples`. Beyond the end
/// the recording is played again, with all that only ever rose going on from where it was.
/// Throws std::runtime_error.
[[nodiscard]] RecordedHost read_recording(const std::filesystem::path& path, std::size_t step,
                                          std::size_t samples);

}  // namespace tscollect::bench
