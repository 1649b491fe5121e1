#pragma once

#include "procfs/proc_file.hpp"
#include "sampling/source_text.hpp"

#include <tscollect/time.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace tscollect::sampling {

/// Where the sampling thread waits for the readings of a sample. Shared with the threads that read,
/// which may outlive it.
struct ReadingRoom {
  std::mutex mutex;
  std::condition_variable returned;  ///< some reading has
  std::condition_variable wanted;    ///< readings are, or there will be no more
  bool is_closed = false;
};

/// A text that a thread of its own reads: that of a source that may be slow, or one whose read has
/// not returned in time. It reads when it is asked to, into a buffer that is its own until then. A
/// read that does not return keeps the slot and that thread, and nothing else.
class ReadingSlot {
 public:
  using Buffer = std::unique_ptr<procfs::TextBuffer>;

  /// `buffer`: what the thread reads into.
  ReadingSlot(std::shared_ptr<ReadingRoom> room, std::shared_ptr<SourceText> text, Buffer buffer);

  /// Gives the slot a thread; false: there can be no more threads.
  [[nodiscard]] static bool start(const std::shared_ptr<ReadingSlot>& slot);
  /// Is the slot's thread, until the room is closed.
  void serve();

  // The sampling thread calls the others, with the room's mutex held.

  /// Asks for a reading; not while one is out.
  void ask() noexcept;
  /// Whether what was asked for has not returned.
  [[nodiscard]] bool is_awaited() const noexcept {
    return state_ == State::wanted || state_ == State::reading;
  }
  /// Takes what was asked for: its text in exchange for `buffer`, or why there is none in error().
  /// False: it has not returned, and is no longer waited for.
  [[nodiscard]] bool take(Buffer& buffer);
  /// From the start the thread is in a read that has not returned in time.
  void begin_late() noexcept { state_ = State::late; }

  [[nodiscard]] bool is_late() const noexcept { return state_ == State::late; }
  [[nodiscard]] bool got_text() const noexcept { return got_text_; }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] std::chrono::nanoseconds taken() const noexcept { return taken_; }

 private:
  /// `late`: out since an earlier sample.
  enum class State : std::uint8_t { idle, wanted, reading, returned, late };

  std::shared_ptr<ReadingRoom> room_;
  std::shared_ptr<SourceText> text_;
  Buffer buffer_;
  State state_ = State::idle;
  bool got_text_ = false;
  std::string error_;
  std::chrono::nanoseconds taken_{};
};

}  // namespace tscollect::sampling
