#include "sampling/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tscollect::sampling {

namespace {

// A turn is the number of a reading, and which text it is of: 0 is none.
constexpr unsigned place_bits = 8;
constexpr std::uint64_t place_mask = (1U << place_bits) - 1;

}  // namespace

[[gnu::hot]] void Sampler::read() {
  if (inspector_ && inspector_->has_answers()) take_descriptions();
  if (duties_.heartbeat > std::chrono::nanoseconds(0) && begun_ == MonoTime{}) start_slots();
  begun_ = mono_now();
  if (has_slots_) ask_slots();
  at_ = 0;
  resume();
}

[[gnu::hot]] void Sampler::resume() {
  read_here();
  if (has_slots_) collect_slots();
  if (times_) follow_reading_times();
}

[[gnu::hot]] void Sampler::read_here() {
  for (; at_ < texts_.size(); ++at_)
    if (texts_[at_].slot == nullptr) read_one(texts_[at_]);
}

// Who reads may be replaced while it does. So it says so before and after, by a word that both
// threads exchange, and touches nothing else until the second time has succeeded.
[[gnu::hot]] void Sampler::read_one(Text& text) {
  SourceText& source = *text.text;
  procfs::TextBuffer& buffer = *buffer_;
  const MonoTime begin = times_ ? mono_now() : MonoTime{};
  const std::uint64_t mine = ++sequence_ << place_bits | (at_ + 1);
  turn_.store(mine, std::memory_order_release);
  bool got_text = false;
  try {
    got_text = source.read(buffer);
  } catch (...) {
    end_turn(mine, text);
    throw;
  }
  end_turn(mine, text);
  if (times_)
    text.taken_us =
        std::chrono::duration_cast<std::chrono::microseconds>(mono_now() - begin).count();
  follow(text, got_text, source.error(), buffer);
}

[[gnu::hot]] void Sampler::end_turn(std::uint64_t turn, const Text& text) {
  if (turn_.compare_exchange_strong(turn, 0, std::memory_order_acq_rel)) return;
  const std::lock_guard lock(room_->mutex);
  throw Replaced{text.slot};
}

std::optional<Sampler::Turn> Sampler::turn() const noexcept {
  const std::uint64_t number = turn_.load(std::memory_order_acquire);
  return number == 0 ? std::nullopt : std::optional(Turn{number});
}

bool Sampler::take_over(Turn turn) {
  const std::lock_guard lock(room_->mutex);
  std::uint64_t expected = turn.number;
  if (!turn_.compare_exchange_strong(expected, 0, std::memory_order_acq_rel)) return false;
  // The buffer is being written to: it goes with the slot.
  Text& text = texts_[at_];
  text.slot = std::make_shared<ReadingSlot>(room_, text.text, std::move(buffer_));
  text.slot->begin_late();
  buffer_ = std::make_unique<procfs::TextBuffer>();
  has_slots_ = true;  // so that collect_slots() finds the text missing
  ++at_;
  return true;
}

[[gnu::hot]] void Sampler::follow(Text& text, bool got_text, const std::string& error,
                                  const procfs::TextBuffer& bytes) {
  for (std::size_t i = text.first_watched; i < text.first_watched + text.watched_count; ++i) {
    Watched& watched = watched_[i];
    if (!got_text) {
      watched.table.clear_values();
      fail(i, error);
      continue;
    }
    watched.table.update(bytes);
    if (watched.rows_seen != watched.table.rows().size()) ask_for_descriptions(i);
    if (error.empty())
      readings_[i].error = watched.table.error();
    else if (watched.table.error().empty())
      fail(i, error);
    else
      fail(i, fmt::format("{}; {}", error, watched.table.error()));
  }
}

void Sampler::miss(Text& text) {
  text.taken_us = missing_integer;
  ++text.late_samples;
  for (std::size_t i = text.first_watched; i < text.first_watched + text.watched_count; ++i) {
    watched_[i].table.clear_values();
    readings_[i].error = text.late;
  }
}

void Sampler::start_slots() {
  for (Text& text : texts_) {
    if (!text.may_be_slow) continue;
    auto slot =
        std::make_shared<ReadingSlot>(room_, text.text, std::make_unique<procfs::TextBuffer>());
    if (!ReadingSlot::start(slot)) continue;  // then it is read here
    text.slot = std::move(slot);
    has_slots_ = true;
  }
}

void Sampler::ask_slots() {
  {
    const std::lock_guard lock(room_->mutex);
    for (Text& text : texts_)
      if (text.slot) text.slot->ask();
  }
  room_->wanted.notify_all();
}

void Sampler::collect_slots() {
  std::unique_lock lock(room_->mutex);
  room_->returned.wait_until(lock, begun_ + duties_.heartbeat, [this] {
    return std::ranges::none_of(
        texts_, [](const Text& text) { return text.slot && text.slot->is_awaited(); });
  });
  for (Text& text : texts_) {
    if (!text.slot) continue;
    if (!text.slot->take(buffer_)) {
      miss(text);
      continue;
    }
    text.taken_us =
        std::chrono::duration_cast<std::chrono::microseconds>(text.slot->taken()).count();
    follow(text, text.slot->got_text(), text.slot->error(), *buffer_);
  }
}

void Sampler::close() {
  {
    const std::lock_guard lock(room_->mutex);
    room_->is_closed = true;
  }
  room_->wanted.notify_all();
}

/// A text like any other, so that the times are stored as any other values.
[[gnu::hot]] void Sampler::follow_reading_times() {
  times_text_.clear();
  for (const Text& text : texts_) {
    if (text.taken_us == missing_integer) continue;
    std::array<char, 96> line{};
    const auto end = fmt::format_to_n(line.data(), line.size(), "{} {}\n",
                                      watched_[text.first_watched].table.source().description.name,
                                      text.taken_us);
    times_text_.append({line.data(), std::min(end.size, line.size())});
  }
  table::Table& table = watched_[*times_].table;
  if (times_text_.size() == 0)
    table.clear_values();
  else
    table.update(times_text_);
}

std::optional<std::size_t> Sampler::being_read() const noexcept {
  const std::uint64_t place = turn_.load(std::memory_order_relaxed) & place_mask;
  return place == 0 ? std::nullopt : std::optional(texts_[place - 1].first_watched);
}

void Sampler::fail(std::size_t watched, const std::string& message) {
  watched_[watched].error = message;
  readings_[watched].error = watched_[watched].error;
}

}  // namespace tscollect::sampling
