#include "sampling/reading_slot.hpp"

#include "base/process/signal_block.hpp"

#include <system_error>
#include <thread>
#include <utility>

namespace tscollect::sampling {

ReadingSlot::ReadingSlot(std::shared_ptr<ReadingRoom> room, std::shared_ptr<SourceText> text,
                         Buffer buffer)
    : room_(std::move(room)), text_(std::move(text)), buffer_(std::move(buffer)) {}

bool ReadingSlot::start(const std::shared_ptr<ReadingSlot>& slot) {
  try {
    const SignalBlock none;
    std::thread([slot] { slot->serve(); }).detach();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void ReadingSlot::serve() {
  std::unique_lock lock(room_->mutex);
  for (;;) {
    // A late reading belongs to a sample that was stored without it.
    if (state_ == State::late) state_ = State::idle;
    room_->wanted.wait(lock, [this] { return room_->is_closed || state_ == State::wanted; });
    if (room_->is_closed) return;
    state_ = State::reading;
    lock.unlock();
    const MonoTime begin = mono_now();
    const bool got_text = text_->read(*buffer_);
    const std::chrono::nanoseconds taken = mono_now() - begin;
    lock.lock();
    if (state_ == State::late) continue;
    got_text_ = got_text;
    error_ = text_->error();
    taken_ = taken;
    state_ = State::returned;
    room_->returned.notify_one();
  }
}

void ReadingSlot::ask() noexcept {
  if (state_ != State::late) state_ = State::wanted;
}

bool ReadingSlot::take(Buffer& buffer) {
  switch (state_) {
    case State::returned:
      std::swap(buffer, buffer_);
      state_ = State::idle;
      return true;
    case State::reading: state_ = State::late; return false;
    case State::wanted: state_ = State::idle; return false;  // its thread has not run yet
    case State::idle:
    case State::late: break;
  }
  return false;
}

}  // namespace tscollect::sampling
