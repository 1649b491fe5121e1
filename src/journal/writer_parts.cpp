// The parts of a journal: beginning, continuing and dropping them.
#include "journal/writer.hpp"

#include "journal/part_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace tscollect::journal {

namespace {

/// A part is at least this many times as long as its header, layout and first sample.
constexpr std::uint64_t least_parts_to_first_sample = 4;

}  // namespace

bool Writer::create_part() {
  Part part;
  if (!open_part(part)) return false;
  framing_.begin(encode(header_));
  parts_.push_back(std::move(part));
  if (!write_frames(parts_.back())) {
    remove_file(parts_.back());
    parts_.pop_back();
    window_.close();
    appends_ = false;
    return false;
  }
  if (options_.sync_every) sync_folder(options_.folder);
  note_look();
  return true;
}

bool Writer::open_part(Part& part) {
  NewPart created = create_part_file(options_.folder, header_.run_id, header_.host, header_.part);
  part.path = std::move(created.path);
  if (!created.error.empty()) {
    error_ = fmt::format("{}: {}", part.path.string(), created.error);
    return false;
  }
  part.file = std::move(created.file);
  struct stat status {};
  if (fstat(part.file.get(), &status) == 0) part.identity = identity_of(status);
  return true;
}

bool Writer::part_is_full() const {
  if (parts_.empty()) return false;
  const Part& part = parts_.back();
  if (part.state != PartState::sound) return mono_now() >= retry_at_;
  // Parts are larger if the layout of a huge machine alone would fill one.
  return part.bytes >= std::max(options_.part_bytes, part.full_at) &&
         part.bytes >= least_parts_to_first_sample * part.first_sample_end;
}

bool Writer::begin_part() {
  if (parts_.empty()) return false;
  Part& before = parts_.back();
  const std::string error = error_;
  if (before.state == PartState::sound) {
    end_part(before);
    if (options_.sync_every) sync();
  }
  const std::uint32_t check = framing_.check();
  const std::int64_t samples_before = std::exchange(header_.samples_before, samples_);
  ++header_.part;
  if (!create_part()) {
    --header_.part;
    header_.samples_before = samples_before;
    framing_.set_check(check);
    retry_at_ = mono_now() + options_.look_every;
    if (before.state == PartState::sound)
      keep_in_old_part(before);
    else if (!error.empty())
      error_ = error;
    return false;
  }
  error_.clear();
  Part& finished = parts_[parts_.size() - 2];
  if (finished.state == PartState::sound) mark_continued(finished, check);
  finished.file.reset();
  if (finished.state == PartState::ended && finished.samples == 0) {
    remove_file(finished);
    parts_.erase(parts_.end() - 2);
  }
  if (options_.limit_bytes != 0) drop_oldest_parts(2);
  return true;
}

/// Continues the old part, as far as the limit allows.
void Writer::keep_in_old_part(Part& part) {
  part.full_at = part.bytes + options_.part_bytes;
  if (options_.limit_bytes != 0) {
    drop_oldest_parts(1);
    if (bytes() + options_.part_bytes > options_.limit_bytes) {
      part.state = PartState::ended;
      last_error_ = error_;
      return;
    }
  }
  error_.clear();
}

/// Marks the part as continued, so that a reader notices if the next part is missing. `check`: that
/// of its last record. A failure is ignored, as the samples are stored anyway.
void Writer::mark_continued(Part& part, std::uint32_t check) {
  const std::uint32_t of_next_part = framing_.check();
  framing_.set_check(check);
  framing_.frame_continued();
  framing_.set_check(of_next_part);
  const std::span<const std::byte> frames = framing_.bytes();
  const ssize_t written =
      pwrite(part.file.get(), frames.data(), frames.size(), static_cast<off_t>(part.bytes));
  if (written == static_cast<ssize_t>(frames.size())) part.bytes += frames.size();
  shorten(part);
}

/// Removes as many parts as the limit requires, but not the last `kept`: the newest part may still
/// be empty, and one part with samples must stay.
void Writer::drop_oldest_parts(std::size_t kept) {
  while (parts_.size() > kept && bytes() + options_.part_bytes > options_.limit_bytes) {
    remove_file(parts_.front());
    dropped_ += parts_.front().samples;
    parts_.pop_front();
  }
}

}  // namespace tscollect::journal
