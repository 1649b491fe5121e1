#pragma once

#include "collect/session/host_session.hpp"
#include "sampling/stop_reason.hpp"

#include <tscollect/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Contents of the messages between rank 0 and the hosts. They are JSON: messages are few and small,
// and missing members reveal a rank of another build.

namespace tscollect::collect {

struct Hello {
  std::string hostname;
  std::string node_name;                        ///< the batch system's name for this host, or empty
  std::string unreadable;                       ///< why this host cannot sample; empty if it can
  std::vector<std::string> abandoned_journals;  ///< from runs that ended abnormally
};

struct Start {
  bool leave = false;             ///< do not sample; the job ends
  std::string name_in_file;       ///< unique in the run
  std::int64_t zero_mono_ns = 0;  ///< when tick 0 is due, on the receiver's monotonic clock
  // For the receiver's journal:
  std::string run_id;
  std::string output;                ///< path of the output file, with its folder
  std::int64_t clock_offset_ns = 0;  ///< the receiver's realtime clock minus rank 0's
  std::int64_t clock_uncertainty_ns = -1;
  std::int64_t mono_offset_ns = 0;  ///< difference of the monotonic clocks
  std::int64_t host_count = 0;      ///< number of expected hosts
  std::vector<std::string> hosts;   ///< their names; empty if there are too many
};

struct Ready {
  std::string journal;               ///< path of its journal; empty: none
  std::string journal_error;         ///< why it could not be created
  std::vector<std::string> refused;  ///< what --realtime and --cpu could not set, and why
};

struct Finished {
  std::uint64_t block_bytes = 0;
  std::string journal_loss;  ///< samples that its journal lacks; empty: none
  std::string failure;       ///< why there is no block; empty: there is one
  bool gave_up = false;      ///< it has stopped waiting for rank 0, and ends the job
};

/// --recover, rank 0 → node: hosts of the run to be recovered on that node, with the paths of their
/// parts.
struct Wanted {
  std::vector<std::vector<std::string>> hosts;
};

/// --recover, node → rank 0: the result for the next host of Wanted.
struct Recovered {
  std::string error;  ///< why there is no block; empty: there is one
  std::uint64_t block_bytes = 0;
  bool whole = false;
  std::string why;
  std::vector<std::string> lines;
};

/// What a host does with its journal when it leaves.
enum class JournalFate { keep, remove };

[[nodiscard]] Start start_of(const StartParameters& parameters);
[[nodiscard]] Start dismissal();
/// Content of Tag::stop. Malformed content is read as an error on that rank.
[[nodiscard]] std::string encode(const sampling::StopReason& reason);
[[nodiscard]] sampling::StopReason decode_stop(std::string_view text);
/// Content of Tag::leave. Malformed content keeps the journal.
[[nodiscard]] std::string encode(JournalFate fate);
[[nodiscard]] JournalFate decode_journal_fate(std::string_view text);
[[nodiscard]] std::string encode(const Hello& hello);
[[nodiscard]] std::string encode(const Start& start);
[[nodiscard]] std::string encode(const Ready& ready);
[[nodiscard]] Result<Hello> decode_hello(std::string_view text);
[[nodiscard]] Result<Start> decode_start(std::string_view text);
[[nodiscard]] Result<Ready> decode_ready(std::string_view text);
[[nodiscard]] std::string encode(const Finished& finished);
[[nodiscard]] Result<Finished> decode_finished(std::string_view text);
[[nodiscard]] std::string encode(const Wanted& wanted);
[[nodiscard]] std::string encode(const Recovered& recovered);
[[nodiscard]] Result<Wanted> decode_wanted(std::string_view text);
[[nodiscard]] Result<Recovered> decode_recovered(std::string_view text);

}  // namespace tscollect::collect
