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

/// Where the sampling thread waits for the readings of a sample. Shared with the reading threads,
/// which may outlive it.
struct ReadingRoom {
  std::mutex mutex;
  std::condition_variable returned;  ///< a reading has returned
  std::condition_variable wanted;    ///< a reading is wanted, or no more will be
  bool is_closed = false;
};

/// A text that is read by a thread of its own: of a source that may be slow, or whose read has not
/// returned in time. The thread reads on request, into a buffer that belongs to it meanwhile. A
/// read that does not return blocks only this slot and its thread.
class ReadingSlot {
 public:
  using Buffer = std::unique_ptr<procfs::TextBuffer>;

  /// `buffer`: destination of the reads.
  ReadingSlot(std::shared_ptr<ReadingRoom> room, std::shared_ptr<SourceText> text, Buffer buffer);

  /// Starts the slot's thread; false: no thread can be started.
  [[nodiscard]] static bool start(const std::shared_ptr<ReadingSlot>& slot);
  /// Main function of the slot's thread, until the room is closed.
  void serve();

  // The sampling thread calls the functions below, holding the room's mutex.

  /// Requests a reading; not while one is pending.
  void ask() noexcept;
  /// Whether a requested reading is pending.
  [[nodiscard]] bool is_awaited() const noexcept {
    return state_ == State::wanted || state_ == State::reading;
  }
  /// Takes the result: its text in exchange for `buffer`, or its error in error(). False: it has
  /// not returned, and is no longer waited for.
  [[nodiscard]] bool take(Buffer& buffer);
  /// Marks the slot as late from the start: its thread is in a read that has not returned in time.
  void begin_late() noexcept { state_ = State::late; }

  [[nodiscard]] bool is_late() const noexcept { return state_ == State::late; }
  [[nodiscard]] bool got_text() const noexcept { return got_text_; }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] std::chrono::nanoseconds taken() const noexcept { return taken_; }

 private:
  /// `late`: pending since an earlier sample.
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
