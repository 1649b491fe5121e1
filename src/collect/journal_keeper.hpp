#pragma once

#include "journal/writer.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>

namespace tscollect::collect {

/// A host's journal as the sampling thread writes it, and what the control thread may know of it
/// meanwhile.
class JournalKeeper {
 public:
  /// `host`: its name in the file, for messages. Creates the journal's first file.
  JournalKeeper(std::string host, journal::Header header, journal::WriterOptions options);

  /// The sampling thread's: appends the records of a sample. True: a new file has been begun, and
  /// the next sample begins the stream anew.
  [[nodiscard]] bool keep(std::span<const std::byte> records);

  // Anybody's, at any time.
  /// Absolute, of the file that is being written; empty: there is none.
  [[nodiscard]] std::string path() const;
  /// Why there is none; empty: there is one.
  [[nodiscard]] std::string error() const;

  // Once the sampling thread has ended.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return writer_.bytes(); }
  /// As journal::Writer::loss().
  [[nodiscard]] std::string unexpected_loss() const { return writer_.loss(); }
  /// Which samples the journal does not have; empty: it has all of them.
  [[nodiscard]] std::string loss() const;
  void remove();

 private:
  void publish();
  void log_change();

  std::string host_;
  journal::Writer writer_;
  int changes_told_ = 0;
  mutable std::mutex mutex_;  ///< guards the rest; held for as long as it takes to copy them
  std::string path_;
  std::string error_;
};

}  // namespace tscollect::collect
