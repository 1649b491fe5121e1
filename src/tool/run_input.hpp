#pragma once

#include "analysis/host_digest.hpp"
#include "store/hdf5/store_error.hpp"
#include "store/run_file/run_file_reader.hpp"
#include "tool/commands.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tscollect::tool {

/// Runs a read and converts its errors to base::UsageError, to distinguish them from write errors.
template <class Reading>
auto readable(const Reading& reading) {
  try {
    return reading();
  } catch (const store::StoreError& error) {
    throw base::UsageError(error.what());
  }
}

/// A run's file named on the command line. Reading errors are base::UsageError, to distinguish them
/// from write errors.
class RunInput {
 public:
  explicit RunInput(const std::filesystem::path& path);

  /// Its members throw StoreError.
  [[nodiscard]] const store::RunFileReader& reader() const { return *reader_; }
  [[nodiscard]] const block::RunInfo& run() const { return reader_->run(); }
  [[nodiscard]] const std::vector<block::HostOutcome>& hosts() const { return reader_->hosts(); }
  /// Calls `visit` with the host's samples in order, a bounded number at a time.
  void read_in_parts(const std::string& name,
                     const std::function<void(const store::ReadHost&)>& visit) const;
  /// Descriptions of the host's arrays, without any sample.
  [[nodiscard]] store::ReadHost read_layout(const std::string& name) const;
  /// Only its first and last sample; nothing if there are none.
  [[nodiscard]] std::optional<store::HostEnds> read_ends(const std::string& name) const;
  [[nodiscard]] analysis::HostDigest digest(const std::string& name) const;
  /// The part of its digest that does not need its cells: times and events.
  [[nodiscard]] analysis::HostDigest events(const std::string& name) const;

  /// Names of the hosts that have a group in the file.
  [[nodiscard]] std::vector<std::string> collected() const;

 private:
  std::optional<store::RunFileReader> reader_;
};

}  // namespace tscollect::tool
