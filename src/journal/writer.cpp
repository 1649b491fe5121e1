#include "journal/writer.hpp"

#include "journal/crc24.hpp"
#include "journal/part_file.hpp"
#include "journal/reader.hpp"
#include "journal/record_validator.hpp"
#include "base/bytes.hpp"
#include "base/format.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string_view>
#include <system_error>
#include <utility>

namespace tscollect::journal {

using app::counted;

namespace {

/// More than a sample with its layout needs on most machines; it grows where that is not so.
constexpr std::size_t first_frames_bytes = std::size_t{64} << 10;

/// A limit is kept by dropping one part in so many.
constexpr std::uint64_t parts_in_limit = 4;

/// A part is at least so many times as long as its header, layout and first sample.
constexpr std::uint64_t least_parts_to_first_sample = 4;

/// Precise to some milliseconds, and without a system call.
MonoTime coarse_now() {
  struct timespec now {};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return MonoTime(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace

Writer::Writer(Header header, WriterOptions options)
    : options_(std::move(options)), header_(std::move(header)) {
  if (options_.limit_bytes != 0)
    options_.part_bytes = std::min(options_.part_bytes, options_.limit_bytes / parts_in_limit);
  static_cast<void>(create_part());
  frames_.reserve(first_frames_bytes);
  synced_ = mono_now();
}

Writer::~Writer() {
  if (exists()) end_part(parts_.back());
}

/// Without the zeros behind the last record, and without what is no whole sample.
void Writer::end_part(Part& part) {
  window_.close();
  appends_ = false;
  if (part.state == State::taken_away || !part.file.is_open()) return;
  // A file that somebody has cut stays so: made longer again, it would look whole.
  if (is_taken_away(part))
    part.state = State::taken_away;
  else
    shorten(part);
}

void Writer::shorten(const Part& part) {
  [[maybe_unused]] const int shortened = ftruncate(part.file.get(), static_cast<off_t>(part.bytes));
}

bool Writer::create_part() {
  Part part;
  if (!open_part(part)) return false;
  frames_ = encode(header_);
  check_ = seed_of(frames_);
  parts_.push_back(std::move(part));
  if (!write_frames(parts_.back())) {
    remove_file(parts_.back());
    parts_.pop_back();
    window_.close();
    appends_ = false;
    return false;
  }
  if (options_.sync_every) sync_folder(options_.folder);
  looked_ = coarse_now();
  return true;
}

bool Writer::open_part(Part& part) {
  NewPart created = create_part_file(options_.folder, header_.run_id, header_.host, header_.part);
  part.path = std::move(created.path);
  if (!created.error.empty()) {
    fault_ = fmt::format("{}: {}", part.path.string(), created.error);
    return false;
  }
  part.file = std::move(created.file);
  struct stat status {};
  if (fstat(part.file.get(), &status) == 0) part.identity = identity_of(status);
  return true;
}

bool Writer::append(std::span<const std::byte> records) {
  if (parts_.empty()) return false;
  ++samples_;
  Part& part = parts_.back();
  if (part.state != State::sound) {
    ++not_written_;
    return false;
  }
  frame(records);
  if (!write_frames(part)) {
    ++not_written_;
    return false;
  }
  ++part.samples;
  if (part.first_sample_end == 0) part.first_sample_end = part.bytes;
  look_if_due(part);
  sync_if_due();
  return true;
}

bool Writer::part_is_full() const {
  if (parts_.empty()) return false;
  const Part& part = parts_.back();
  if (part.state != State::sound) return mono_now() >= retry_at_;
  // Where the layout of a huge machine fills a part by itself, parts are larger.
  return part.bytes >= std::max(options_.part_bytes, part.full_at) &&
         part.bytes >= least_parts_to_first_sample * part.first_sample_end;
}

bool Writer::begin_part() {
  if (parts_.empty()) return false;
  Part& before = parts_.back();
  const std::string fault = fault_;
  if (before.state == State::sound) {
    end_part(before);
    if (options_.sync_every) sync();
  }
  const std::uint32_t check = check_;
  const std::int64_t samples_before = std::exchange(header_.samples_before, samples_);
  ++header_.part;
  if (!create_part()) {
    --header_.part;
    header_.samples_before = samples_before;
    check_ = check;
    retry_at_ = mono_now() + options_.look_every;
    if (before.state == State::sound)
      keep_in_old_part(before);
    else if (!fault.empty())
      fault_ = fault;
    return false;
  }
  fault_.clear();
  Part& finished = parts_[parts_.size() - 2];
  if (finished.state == State::sound) mark_continued(finished, check);
  finished.file.reset();
  if (finished.state == State::ended && finished.samples == 0) {
    remove_file(finished);
    parts_.erase(parts_.end() - 2);
  }
  if (options_.limit_bytes != 0) drop_oldest_parts(2);
  return true;
}

/// As long as the limit allows.
void Writer::keep_in_old_part(Part& part) {
  part.full_at = part.bytes + options_.part_bytes;
  if (options_.limit_bytes != 0) {
    drop_oldest_parts(1);
    if (bytes() + options_.part_bytes > options_.limit_bytes) {
      part.state = State::ended;
      last_fault_ = fault_;
      return;
    }
  }
  fault_.clear();
}

/// So that a reader knows what it lacks if the next part is not there. `check`: behind its last
/// record. Best effort: the samples are there without it.
void Writer::mark_continued(Part& part, std::uint32_t check) {
  std::swap(check, check_);
  frame(std::array{std::byte{1}, std::byte{continued_record}});
  std::swap(check, check_);
  const ssize_t written =
      pwrite(part.file.get(), frames_.data(), frames_.size(), static_cast<off_t>(part.bytes));
  if (written == static_cast<ssize_t>(frames_.size())) part.bytes += frames_.size();
  shorten(part);
}

/// As many as the limit asks for, but not the last `kept`: the newest part may be empty yet, and
/// one that has samples stays.
void Writer::drop_oldest_parts(std::size_t kept) {
  while (parts_.size() > kept && bytes() + options_.part_bytes > options_.limit_bytes) {
    remove_file(parts_.front());
    dropped_ += parts_.front().samples;
    parts_.pop_front();
  }
}

/// Unless its name is another file's by now.
void Writer::remove_file(const Part& part) {
  struct stat status {};
  if (lstat(part.path.c_str(), &status) == 0 && identity_of(status) == part.identity)
    unlink(part.path.c_str());
}

std::uint64_t Writer::bytes() const noexcept {
  std::uint64_t sum = 0;
  for (const Part& part : parts_) sum += part.bytes;
  return sum;
}

/// The records as they are, each with its check behind it.
void Writer::frame(std::span<const std::byte> records) {
  frames_.clear();
  record::ByteReader in(records);
  while (!in.at_end()) {
    const auto rest = records.last(in.left());
    const std::size_t size = in.count(1);
    const auto framed = rest.first(rest.size() - in.left() + size);
    in.take(size);
    check_ = carry_on(check_, framed);
    frames_.insert(frames_.end(), framed.begin(), framed.end());
    for (std::size_t i = 0; i < check_bytes; ++i)
      frames_.push_back(static_cast<std::byte>(check_ >> (8 * i) & 0xff));
  }
}

bool Writer::write_frames(Part& part) {
  if (!appends_) {
    const bool was_mapped = window_.is_mapped();
    if (window_.put(part.file.get(), part.bytes, frames_)) {
      part.bytes += frames_.size();
      return true;
    }
    if (was_mapped && is_taken_away(part)) {
      lose(part);
      return false;
    }
    // To the file's end, wherever somebody may have put it: at its own place a sample would leave a
    // hole behind the cut, and the file would look whole.
    const int flags = fcntl(part.file.get(), F_GETFL);
    appends_ = flags >= 0 && fcntl(part.file.get(), F_SETFL, flags | O_APPEND) == 0;
    if (!appends_) fail(part, errno, "append to it");
  }
  if (part.state != State::sound) return false;
  if (!write_directly(part)) return false;
  part.bytes += frames_.size();
  // Where the file's end is now is known without asking the disk, or a server.
  if (lseek(part.file.get(), 0, SEEK_CUR) == static_cast<off_t>(part.bytes)) return true;
  part.bytes -= frames_.size();
  lose(part);
  return false;
}

bool Writer::write_directly(Part& part) {
  std::span<const std::byte> left = frames_;
  while (!left.empty()) {
    const ssize_t written = write(part.file.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      fail(part, errno, "write");
      return false;
    }
    left = left.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

/// Half a sample would be dropped at recovery anyway; without it the part is whole.
void Writer::fail(Part& part, int error, std::string_view what) {
  end_part(part);
  if (part.state == State::sound) part.state = State::ended;
  fault_ = fmt::format("{}: cannot {}: {}", part.path.string(), what,
                       std::generic_category().message(error));
  last_fault_ = fault_;
  // A file as long as files may be leads to a next one at once.
  const bool at_once = error == EFBIG && part.samples > 1;
  retry_at_ = mono_now() + (at_once ? std::chrono::nanoseconds(0) : options_.look_every);
}

/// Somebody has cut or deleted the part.
void Writer::lose(Part& part) {
  part.state = State::taken_away;
  fault_ = fmt::format("{}: somebody has cut or deleted it", part.path.string());
  end_part(part);
  retry_at_ = mono_now();
}

bool Writer::is_taken_away(const Part& part) const {
  struct stat status {};
  return fstat(part.file.get(), &status) == 0 &&
         (status.st_nlink == 0 || static_cast<std::uint64_t>(status.st_size) < part.bytes);
}

/// Now and then: with each sample it would cost a call more, and on a network's file system
/// traffic.
void Writer::look_if_due(Part& part) {
  const MonoTime now = coarse_now();
  if (now - looked_ < options_.look_every) return;
  looked_ = now;
  if (is_taken_away(part)) lose(part);
}

void Writer::sync_if_due() {
  if (!options_.sync_every) return;
  const MonoTime now = mono_now();
  if (now - synced_ < *options_.sync_every) return;
  sync();
  synced_ = now;
}

void Writer::sync() {
  Part& part = parts_.back();
  // EINVAL: a file system that has no fdatasync.
  if (part.state == State::sound && fdatasync(part.file.get()) != 0 && errno != EINVAL)
    fail(part, errno, "sync");
}

/// How many samples of a part others have taken away. The file is found by its name: one that was
/// finished is not kept open.
Writer::Loss Writer::look_at(const Part& part) {
  const std::string name = part.path.filename().string();
  const OpenedJournal opened = open_journal(part.path, geteuid());
  struct stat status {};
  if (!opened.error.empty() || fstat(opened.file.get(), &status) != 0 ||
      identity_of(status) != part.identity)
    return {fmt::format("{} has been deleted", name), part.samples};
  if (part.state != State::taken_away && static_cast<std::uint64_t>(status.st_size) >= part.bytes)
    return {};
  const auto reader = Reader::open(part.path);
  const std::int64_t left = reader ? std::min(reader->contents().samples, part.samples) : 0;
  return {fmt::format("{} has been cut short", name), part.samples - left};
}

std::string Writer::damage() const {
  std::int64_t lost = not_written_;
  std::string reasons = last_fault_;
  for (const Part& part : parts_) {
    const Loss loss = look_at(part);
    if (loss.samples == 0) continue;
    lost += loss.samples;
    reasons += (reasons.empty() ? "" : "; ") + loss.reason;
  }
  if (lost == 0) return {};
  if (reasons.empty()) reasons = "somebody has cut or deleted a part";
  return fmt::format("it lacks {} of {} ({})", lost, counted(samples_, "sample"), reasons);
}

void Writer::remove() {
  window_.close();
  for (const Part& part : parts_) remove_file(part);
  parts_.clear();
}

}  // namespace tscollect::journal
