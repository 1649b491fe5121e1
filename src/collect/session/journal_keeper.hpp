#pragma once

#include "journal/writer.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>

namespace tscollect::collect {

/// A host's journal, written by the sampling thread, and its state, which the control thread may
/// read meanwhile.
class JournalKeeper {
 public:
  /// `host`: its name in the file, for messages. Creates the journal's first file.
  JournalKeeper(std::string host, journal::Header header, journal::WriterOptions options);

  /// Called by the sampling thread: appends the records of a sample. True: a new file was begun,
  /// and the stream must restart with the next sample.
  [[nodiscard]] bool keep(std::span<const std::byte> records);

  // May be called from any thread, at any time:
  /// Absolute path of the file being written; empty: there is none.
  [[nodiscard]] std::string path() const;
  /// Why there is no journal; empty: there is one.
  [[nodiscard]] std::string error() const;

  // Only after the sampling thread has ended:
  [[nodiscard]] std::uint64_t bytes() const noexcept { return writer_.bytes(); }
  /// As journal::Writer::loss().
  [[nodiscard]] std::string unexpected_loss() const { return writer_.loss(); }
  /// Which samples the journal lacks; empty: none.
  [[nodiscard]] std::string loss() const;
  void remove();

 private:
  void publish();
  void log_change();

  std::string host_;
  journal::Writer writer_;
  int changes_told_ = 0;
  mutable std::mutex mutex_;  ///< guards the members below; held only while they are copied
  std::string path_;
  std::string error_;
};

}  // namespace tscollect::collect
