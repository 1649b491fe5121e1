#pragma once

#include "block/host_block.hpp"
#include "stream/sample_store.hpp"
#include "stream/sample_stream.hpp"
#include "table/source.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tscollect::block {

/// Calls the visitor with every record of a host, in order, until it returns false. It is called
/// several times: columns are decoded a bounded slice at a time, so that a block of a long run
/// needs memory only for its compressed bytes and one slice.
using RecordVisitor = std::function<bool(std::span<const std::byte>)>;
using RecordSource = std::function<void(const RecordVisitor&)>;

/// What the records of a host do not contain.
struct BlockContext {
  HostSummary summary;  ///< name, missed ticks, drops, costs, clocks, facts; the rest is computed
  stream::TickSchedule grid;
  std::vector<const table::Source*> recorded;           ///< in the order of the stream
  std::vector<std::vector<std::string>> excluded_rows;  ///< by source; may be empty
};

/// Converts a host's records to finished columns: shuffled, deflated chunks and their description.
/// Decoding ends at the first malformed record (only a journal can have one).
[[nodiscard]] HostBlock build_block(const RecordSource& records, BlockContext context);

}  // namespace tscollect::block
