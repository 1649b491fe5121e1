#pragma once

#include <tscollect/sample.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): as the library has it
class App;
}

namespace tscollect::options {

/// A rank that acts as a host of its own: its name and, if given, its own procfs tree.
struct FakeHost {
  std::string name;
  std::optional<std::filesystem::path> procfs;
};

/// How and where each host keeps its crash journal.
struct JournalOptions {
  bool enabled = true;
  std::filesystem::path folder;                        ///< empty: the node-local temporary folder
  std::optional<std::chrono::nanoseconds> sync_every;  ///< nothing: left to the kernel
  std::uint64_t limit_bytes = 0;                       ///< per host; 0: none
  std::uint64_t part_bytes = 0;                        ///< size at which the next file begins
};

/// --recover: save the journals of an ended run instead of sampling.
struct RecoverOptions {
  bool asked = false;
  std::string run;             ///< empty: the newest one that has ended
  std::optional<uid_t> owner;  ///< whose journals; nothing: the calling user's
};

/// The options of tscollect-mpi, from command line, environment and config files.
struct CollectOptions {
  std::chrono::nanoseconds interval = std::chrono::seconds(10);
  std::uint64_t max_samples = 0;                              ///< per host; 0: no limit
  std::uint64_t max_memory_bytes = std::uint64_t{256} << 20;  ///< for the samples of each host
  std::optional<std::chrono::nanoseconds> duration;
  std::filesystem::path output;  ///< empty: named by the start time
  bool force = false;
  /// No addresses, boot id, paths, command lines and job names in the output.
  bool is_private = false;
  SampleOptions sample;
  std::filesystem::path stop_file;
  int watch_pid = 0;
  std::filesystem::path ready_file;
  std::filesystem::path status_file;  ///< that rank 0 keeps; empty: none
  std::filesystem::path marks_file;   ///< that takes marks; empty: beside the output
  std::string hosts;  ///< those expected, or "started"; empty: what the batch system says
  std::chrono::nanoseconds timeout = std::chrono::seconds(20);
  JournalOptions journal;
  RecoverOptions recover;
  bool realtime = false;
  std::optional<int> cpu;
  std::map<std::string, std::string> labels;
  std::vector<FakeHost> fake_hosts;
  int verbosity = 0;         ///< -1 quiet, 0, 1 verbose
  std::string command_line;  ///< for the file's history
};

/// Either options, or the exit status (after --help or an error).
struct ParsedOptions {
  std::optional<CollectOptions> options;
  int exit_status = 0;
};

/// The options of the collector in a CLI::App, for each program that takes them.
class CollectOptionSet {
 public:
  /// Adds all options. `program`: for --version.
  CollectOptionSet(CLI::App& app, std::string_view program);
  CollectOptionSet(const CollectOptionSet&) = delete;
  CollectOptionSet& operator=(const CollectOptionSet&) = delete;
  ~CollectOptionSet();

  [[nodiscard]] bool lists_sources() const;  ///< --list-sources was given
  [[nodiscard]] CollectOptions resolved() const;

 private:
  struct Values;
  std::unique_ptr<Values> values_;
};

/// Parses the command line. `prints`: whether this rank prints help and errors (one rank of a job
/// does).
[[nodiscard]] ParsedOptions parse_collect_options(int argc, const char* const* argv, bool prints);

}  // namespace tscollect::options
